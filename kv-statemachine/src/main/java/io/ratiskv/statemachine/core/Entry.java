package io.ratiskv.statemachine.core;

/**
 * What a key maps to.
 *
 * @param value the value
 * @param version the log index of the entry that wrote it last
 */
public record Entry(Value value, long version) {}
