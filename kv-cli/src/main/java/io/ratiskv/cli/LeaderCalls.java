package io.ratiskv.cli;

import io.ratiskv.client.AccessDeniedException;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import io.ratiskv.client.RefusedException;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.client.Tls;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Asks the leader: again and again what does no harm then, until it answers, or time is up. */
final class LeaderCalls implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration ONE_STATUS = Duration.ofSeconds(2);

  private final Collection<String> endpoints;
  private final Duration timeout;
  private final KvAdmin admin;
  private final KvAdmin quick;

  /** With TLS, or in plain text if that is null. */
  LeaderCalls(Collection<String> endpoints, Duration timeout, @Nullable Tls tls) {
    this.endpoints = endpoints;
    this.timeout = timeout;
    this.admin = KvAdmin.withTimeout(timeout, tls);
    this.quick = KvAdmin.withTimeout(ONE_STATUS, tls);
  }

  /**
   * Asks.
   *
   * @param question to an admin and the leader's endpoint
   * @throws RefusedException as the leader says
   * @throws AccessDeniedException if it doesn't let this one ask
   * @throws KvException the last failure, when time is up
   * @throws CommandException as unknown, where that is so of an earlier attempt: that a later one
   *     was refused doesn't tell what came of it
   */
  <R> R ask(BiFunction<KvAdmin, String, R> question) {
    return ask(question, true);
  }

  /**
   * As {@link #ask}, for what costs the clients something each time: waits until a leader is found,
   * and asks it once, whatever it answers.
   */
  <R> R askOnce(BiFunction<KvAdmin, String, R> question) {
    return ask(question, false);
  }

  private <R> R ask(BiFunction<KvAdmin, String, R> question, boolean repeatedly) {
    long start = System.nanoTime();
    KvException unknown = null;
    KvException last = null;
    while (last == null || System.nanoTime() - start < timeout.toNanos()) {
      String leader = leader();
      try {
        if (leader != null) {
          return question.apply(admin, leader);
        }
      } catch (RefusedException | AccessDeniedException e) {
        throw failure(unknown, e);
      } catch (KvException e) {
        if (!repeatedly) {
          throw e;
        }
        unknown = e.outcome() == Outcome.UNKNOWN ? e : unknown;
        last = e;
      }
      if (leader == null && System.nanoTime() - start >= timeout.toNanos()) {
        break;
      }
      pause();
    }
    if (last != null) {
      throw failure(unknown, last);
    }
    throw new CommandException(
        ExitCode.NOT_APPLIED, "no leader found by asking " + endpoints + " (not applied)");
  }

  private static RuntimeException failure(@Nullable KvException unknown, KvException last) {
    if (unknown == null || last.outcome() == Outcome.UNKNOWN) {
      return last;
    }
    return new CommandException(
        ExitCode.UNKNOWN,
        unknown.getMessage()
            + "; asked again, which does not tell what came of that: "
            + last.getMessage(),
        unknown);
  }

  private @Nullable String leader() {
    Set<String> candidates = new LinkedHashSet<>(endpoints);
    for (String endpoint : endpoints) {
      try {
        ServerStatus status = quick.status(endpoint);
        if (!status.leaderEndpoint().isEmpty()) {
          candidates.add(status.leaderEndpoint());
        }
      } catch (KvException e) {
        candidates.remove(endpoint);
      }
    }
    for (String endpoint : candidates) {
      try {
        if (quick.status(endpoint).role() == ServerStatus.Role.LEADER) {
          return endpoint;
        }
      } catch (KvException e) {
        // Another may answer.
      }
    }
    return null;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(ExitCode.UNKNOWN, "interrupted", e);
    }
  }

  @Override
  public void close() {
    admin.close();
    quick.close();
  }
}
