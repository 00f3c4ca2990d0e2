package io.ratiskv.client;

import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the builder was told.
 *
 * @param cluster empty: any
 * @param listener null: nobody is told of calls
 */
record ClientSettings(
    List<Endpoint> endpoints,
    String cluster,
    int maxPendingOperations,
    long maxPendingBytes,
    Executor callbackExecutor,
    @Nullable CallListener listener,
    Tuning tuning) {}
