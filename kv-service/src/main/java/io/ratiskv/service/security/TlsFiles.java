package io.ratiskv.service.security;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files of one side of TLS, in PEM. They are read again when they change.
 *
 * @param certificate the own certificate, with those between it and the authority's
 * @param key its private key, PKCS #8, not encrypted
 * @param trusted certificates of the authorities whose certificates are taken; null: the other side
 *     needs none
 */
public record TlsFiles(Path certificate, Path key, @Nullable Path trusted) {}
