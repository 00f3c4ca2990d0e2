package io.ratiskv.client;

/**
 * The answer to an append.
 *
 * @param version the log index of the write, which is now the key's version
 * @param length the length in bytes of the key's value just after this append
 */
public record AppendResult(long version, int length) {}
