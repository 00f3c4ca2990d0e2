/**
 * The state machine that Ratis runs: {@link io.ratiskv.statemachine.KvStateMachine} around the
 * {@linkplain io.ratiskv.statemachine.core core}, and the snapshots on disk.
 */
@NullMarked
package io.ratiskv.statemachine;

import org.jspecify.annotations.NullMarked;
