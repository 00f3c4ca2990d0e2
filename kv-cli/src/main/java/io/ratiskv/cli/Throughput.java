package io.ratiskv.cli;

import io.ratiskv.client.ServerStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What happened between two looks at a cluster: by the servers' own clocks, so that it doesn't
 * matter how long an answer was on its way.
 */
final class Throughput {
  /** What each server said last. */
  private final Map<String, ServerStatus> before = new HashMap<>();

  /** For a person, in a line; empty if there is nothing to tell. */
  String line(List<ServerAnswer> answers) {
    List<ServerStatus> statuses =
        answers.stream()
            .filter(ServerAnswer.Reached.class::isInstance)
            .map(answer -> ((ServerAnswer.Reached) answer).status())
            .toList();
    Optional<ServerStatus> leader =
        statuses.stream().filter(s -> s.role() == ServerStatus.Role.LEADER).findFirst();
    List<String> parts = new ArrayList<>();
    leader.flatMap(this::rates).ifPresent(parts::add);
    leader.map(l -> lags(l, statuses)).filter(lags -> !lags.isEmpty()).ifPresent(parts::add);
    statuses.forEach(status -> before.put(status.server(), status));
    return String.join("; ", parts);
  }

  /** Empty at the first look, and after a start. */
  private Optional<String> rates(ServerStatus now) {
    ServerStatus last = before.get(now.server());
    if (last == null) {
      return Optional.empty();
    }
    double seconds = now.uptime().minus(last.uptime()).toMillis() / 1e3;
    if (seconds <= 0 || now.operations() < last.operations()) {
      return Optional.empty();
    }
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,.0f writes/s, %,.0f keys read/s",
            (now.operations() - last.operations()) / seconds,
            (now.keysRead() - last.keysRead()) / seconds));
  }

  private static String lags(ServerStatus leader, List<ServerStatus> statuses) {
    String lags =
        statuses.stream()
            .filter(s -> s.cluster().equals(leader.cluster()))
            .filter(
                s -> s.appliedIndex() < leader.commitIndex() && !s.server().equals(leader.server()))
            .map(s -> s.server() + " by " + (leader.commitIndex() - s.appliedIndex()))
            .collect(Collectors.joining(", "));
    return lags.isEmpty() ? "" : "behind the leader: " + lags + " log entries";
  }
}
