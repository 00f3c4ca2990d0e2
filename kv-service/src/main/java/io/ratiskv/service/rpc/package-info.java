/** How a leader sends its log to the others: Ratis's gRPC, with senders of our own. */
@NullMarked
package io.ratiskv.service.rpc;

import org.jspecify.annotations.NullMarked;
