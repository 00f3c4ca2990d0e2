/** Whole clusters, under load and under faults. */
@NullMarked
package io.ratiskv.it;

import org.jspecify.annotations.NullMarked;
