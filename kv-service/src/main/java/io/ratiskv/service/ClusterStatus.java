package io.ratiskv.service;

import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.service.http.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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

  /** Beyond what asking one takes: for a machine that has no thread to spare. */
  private static final Duration MOST = Duration.ofSeconds(5);

  private final Function<String, Optional<ServerStatus>> others;
  private final Executor threads;
  private final LongSupplier nanoTime;

  /** Held by the one who asks; nobody waits for it. */
  private final ReentrantLock asking = new ReentrantLock();

  private volatile @Nullable Answer last;

  /** Good until {@code freshUntil}. */
  private record Answer(String json, long freshUntil) {}

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

  /**
   * As JSON. One caller waits for those that don't answer, for as long as asking takes; others get
   * what was known before meanwhile, and none of the servers if that is nothing.
   */
  String ask(ServerStatus own, List<ServiceView.Peer> peers) {
    Answer known = last;
    if (known != null && nanoTime.getAsLong() - known.freshUntil() <= 0) {
      return known.json();
    }
    if (!asking.tryLock()) {
      return known == null ? json(own, "[]") : known.json();
    }
    try {
      String json = askAll(own, peers);
      last = new Answer(json, nanoTime.getAsLong() + FRESH.toNanos());
      return json;
    } finally {
      asking.unlock();
    }
  }

  private String askAll(ServerStatus own, List<ServiceView.Peer> peers) {
    List<CompletableFuture<Json>> asked =
        peers.stream()
            .map(
                peer ->
                    CompletableFuture.supplyAsync(() -> one(own, peer), threads)
                        .completeOnTimeout(silent(peer), MOST.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    String servers =
        asked.stream()
            .map(CompletableFuture::join)
            .map(Json::toString)
            .collect(Collectors.joining(",", "[", "]"));
    return json(own, servers);
  }

  private static String json(ServerStatus own, String servers) {
    return new Json()
        .put("cluster", own.getCluster())
        .put("server", own.getServer())
        .raw("servers", servers)
        .toString();
  }

  private Json one(ServerStatus own, ServiceView.Peer peer) {
    Optional<ServerStatus> status =
        peer.id().equals(own.getServer()) ? Optional.of(own) : others.apply(peer.endpoint());
    return status
        .map(known -> named(peer).raw("status", StatusJson.of(known).toString()))
        .orElseGet(() -> silent(peer));
  }

  private static Json silent(ServiceView.Peer peer) {
    return named(peer).put("error", "does not answer");
  }

  private static Json named(ServiceView.Peer peer) {
    return new Json().put("server", peer.id()).put("endpoint", peer.endpoint());
  }
}
