/** Lets a harness that measures several stores drive this one. */
@NullMarked
package io.ratiskv.benchmarks.sidebyside;

import org.jspecify.annotations.NullMarked;
