package io.ratiskv.client;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * What the builder was told.
 *
 * @param cluster empty: any
 */
record ClientSettings(
    List<Endpoint> endpoints,
    String cluster,
    int maxPendingOperations,
    long maxPendingBytes,
    Executor callbackExecutor,
    Tuning tuning) {}
