/**
 * Counting without slowing down: counters and histograms that cost some nanoseconds, and their text
 * form, which Prometheus reads. Knows nothing of what is counted.
 */
@NullMarked
package io.ratiskv.service.metrics;

import org.jspecify.annotations.NullMarked;
