/** What Ratis counts by itself, counted by our counters and shown with ours. */
@NullMarked
package io.ratiskv.service.metrics.ratis;

import org.jspecify.annotations.NullMarked;
