package io.ratiskv.cli;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits until servers that were just started can be used. */
final class FirstLeader {
  private static final Duration READY = Duration.ofSeconds(60);

  private FirstLeader() {}

  /**
   * A read is answered once there is a leader that can commit.
   *
   * @return the leader's name
   * @throws CommandException if a server ends instead, or there is no leader after a minute
   */
  static String await(DevLayout layout, Servers servers) {
    List<String> endpoints = layout.endpoints();
    try (AsyncKvClient client =
        KvClient.builder()
            .endpoints(endpoints)
            .cluster(DevLayout.CLUSTER)
            .timeout(READY)
            .buildAsync()) {
      CompletableFuture<Void> ready = client.get("are the servers ready?").thenAccept(result -> {});
      CompletableFuture<Void> failed =
          servers
              .oneEnded()
              .thenAccept(
                  what -> {
                    throw new CommandException(ExitCode.NOT_STARTED, what);
                  });
      CompletableFuture.anyOf(ready, failed).join();
      return name(endpoints);
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandException failure) {
        throw failure;
      }
      throw new CommandException(
          ExitCode.NOT_STARTED, "the servers found no leader: " + e.getCause(), e);
    }
  }

  /** Who leads, as the leader says: a server that wasn't needed for it may not listen yet. */
  static String name(List<String> endpoints) {
    try (LeaderCalls calls = new LeaderCalls(endpoints, READY, null)) {
      return calls.ask((admin, leader) -> admin.status(leader).leader());
    }
  }
}
