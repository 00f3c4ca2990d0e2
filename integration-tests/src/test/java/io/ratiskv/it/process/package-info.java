/**
 * Servers as their users run them, each in a process of its own, and what can be done to a process:
 * signals, a full or failing disk, a cut network, a clock that jumps, files that rot.
 *
 * <p>Some of it needs root and a tool of Linux. {@link io.ratiskv.it.process.Tool} says whether
 * that is here; where it isn't, a test that needs it is skipped and says so.
 */
@NullMarked
package io.ratiskv.it.process;

import org.jspecify.annotations.NullMarked;
