package io.ratiskv.client;

/**
 * The answer to a put.
 *
 * @param version the log index of the write, which is now the key's version; writes that the client
 *     sent together have the same
 */
public record PutResult(long version) {}
