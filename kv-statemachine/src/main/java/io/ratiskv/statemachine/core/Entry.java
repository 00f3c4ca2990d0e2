package io.ratiskv.statemachine.core;

/**
 * A key and what it maps to.
 *
 * @param key the key
 * @param value the value
 * @param version the log index of the entry that wrote it last
 */
public record Entry(Bytes key, Value value, long version) {}
