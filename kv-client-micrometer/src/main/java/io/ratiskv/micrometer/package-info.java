/** The client's calls as Micrometer's timers: apart, so that a client needs no Micrometer. */
@NullMarked
package io.ratiskv.micrometer;

import org.jspecify.annotations.NullMarked;
