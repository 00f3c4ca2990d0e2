package io.ratiskv.service;

import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.service.http.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How all members see themselves, asked by one of them for a person who looks at its page. What was
 * asked is good for a second, whoever wants it: many who look cost the others no more than one.
 */
final class ClusterStatus {
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Function<String, Optional<ServerStatus>> others;
  private final Executor threads;
  private final LongSupplier nanoTime;

  /** The last answer, and until when it is good; guarded by this. */
  private @Nullable String answer;

  private long freshUntil;

  /**
   * Asks nobody yet.
   *
   * @param others the status of the server at an endpoint; empty where it doesn't answer in time
   * @param threads one for each that is asked
   */
  ClusterStatus(
      Function<String, Optional<ServerStatus>> others, Executor threads, LongSupplier nanoTime) {
    this.others = others;
    this.threads = threads;
    this.nanoTime = nanoTime;
  }

  /** As JSON; waits for those that don't answer, for as long as asking takes. */
  synchronized String ask(ServerStatus own, List<ServiceView.Peer> peers) {
    String known = answer;
    if (known == null || nanoTime.getAsLong() - freshUntil > 0) {
      known = askAll(own, peers);
      answer = known;
      freshUntil = nanoTime.getAsLong() + FRESH.toNanos();
    }
    return known;
  }

  private String askAll(ServerStatus own, List<ServiceView.Peer> peers) {
    List<CompletableFuture<Json>> asked =
        peers.stream()
            .map(peer -> CompletableFuture.supplyAsync(() -> one(own, peer), threads))
            .toList();
    String servers =
        asked.stream()
            .map(CompletableFuture::join)
            .map(Json::toString)
            .collect(Collectors.joining(",", "[", "]"));
    return new Json()
        .put("cluster", own.getCluster())
        .put("server", own.getServer())
        .raw("servers", servers)
        .toString();
  }

  private Json one(ServerStatus own, ServiceView.Peer peer) {
    Json json = new Json().put("server", peer.id()).put("endpoint", peer.endpoint());
    Optional<ServerStatus> status =
        peer.id().equals(own.getServer()) ? Optional.of(own) : others.apply(peer.endpoint());
    return status
        .map(known -> json.raw("status", StatusJson.of(known).toString()))
        .orElseGet(() -> json.put("error", "does not answer"));
  }
}
