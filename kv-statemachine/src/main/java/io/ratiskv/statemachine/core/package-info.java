/**
 * The replicated state: plain Java that knows neither Ratis, threads, clocks nor files.
 *
 * <p>{@link io.ratiskv.statemachine.core.KvState} is the whole of it: state, index and entry in,
 * replies out. Every replica gives it the same entries in the same order and ends with the same
 * state, which {@link io.ratiskv.statemachine.core.KvState#digest()} shows.
 */
@NullMarked
package io.ratiskv.statemachine.core;

import org.jspecify.annotations.NullMarked;
