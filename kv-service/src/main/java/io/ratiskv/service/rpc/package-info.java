/**
 * How the servers of a cluster speak to each other: Ratis's messages on plain connections, and the
 * sender of a leader's log.
 */
@NullMarked
package io.ratiskv.service.rpc;

import org.jspecify.annotations.NullMarked;
