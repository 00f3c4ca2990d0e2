/**
 * Random faults under a load of many clients, whose history is judged afterwards.
 *
 * <p>A {@link io.ratiskv.it.chaos.ChaosCluster} is what faults are done to, a {@link
 * io.ratiskv.it.chaos.Fault} one way to hurt it, and a {@link io.ratiskv.it.chaos.ChaosRun} does
 * both for a while and says whether the promises held. {@code ChaosIT} makes a few short runs;
 * {@code SoakIT}, on request, as many as there is time for.
 */
@NullMarked
package io.ratiskv.it.chaos;

import org.jspecify.annotations.NullMarked;
