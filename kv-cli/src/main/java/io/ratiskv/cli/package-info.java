/** The {@code kv} command. */
@NullMarked
package io.ratiskv.cli;

import org.jspecify.annotations.NullMarked;
