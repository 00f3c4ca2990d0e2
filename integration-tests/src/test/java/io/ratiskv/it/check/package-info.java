/**
 * What clients saw, and whether a store that does one thing after the other could have shown it.
 *
 * <p>{@link io.ratiskv.it.check.History} records the operations. Two checkers judge them, each key
 * by itself, for a history is linearizable if each key's part is: {@link
 * io.ratiskv.it.check.LinearizabilityChecker} takes puts, appends and gets and searches for an
 * order; {@link io.ratiskv.it.check.AppendChecker} takes appends of unique {@link
 * io.ratiskv.it.check.Token tokens} and gets, needs no search, and names what is wrong.
 */
@NullMarked
package io.ratiskv.it.check;

import org.jspecify.annotations.NullMarked;
