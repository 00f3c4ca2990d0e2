package io.ratiskv.it.chaos;

import io.ratiskv.client.LabNetwork;
import io.ratiskv.client.ServerStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A running cluster that faults are done to: of servers in this JVM, or of processes. */
interface ChaosCluster extends AutoCloseable {
  /** The cluster's name, as clients ask for it. */
  String name();

  /** All servers, also those that are down at the moment. */
  List<String> ids();

  /** Where clients reach a server: {@code host:port}. Stays the same when it starts again. */
  String endpoint(String id);

  /** As its operator sees it now; empty if it doesn't answer. Any thread may ask. */
  Optional<ServerStatus> status(String id);

  /** Who leads, as of now; empty while nobody does. */
  Optional<String> leader();

  /** What can be done to it. Each is a new one, for one run. */
  List<Fault> faults();

  /** The same, where some of it needs a hand on the network of the clients. */
  default List<Fault> faults(LabNetwork clients) {
    return faults();
  }

  /**
   * The index of the snapshot that a server's present state began with; 0 if it began with none. A
   * duplicate of something written at or before it is known from the snapshot alone.
   */
  long restoredIndex(String id);

  /**
   * Waits, once all faults are healed, until there is a leader and all servers have applied equally
   * much with equal digests.
   *
   * @throws AssertionError if that doesn't come to pass, or digests differ at the same index
   */
  void awaitWhole();

  /** Adds what the cluster itself saw of its life: restarts, snapshots that were installed. */
  void report(Coverage coverage);

  /** For a person: how each server stands, and where its data lies. */
  String describe();

  /** Has {@link #close} leave the data folders. */
  void keepData();

  /**
   * Ends all servers.
   *
   * @throws AssertionError if a server gave up for a reason that no fault explains
   */
  @Override
  void close() throws IOException;
}
