package io.ratiskv.client;

/** How a call failed; made into an exception late, for each call, off the lock. */
@FunctionalInterface
interface Failure {
  KvException of(PendingCall<?> call, Outcome outcome);
}
