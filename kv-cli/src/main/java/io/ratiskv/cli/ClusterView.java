package io.ratiskv.cli;

import io.ratiskv.client.ServerStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the answers of several servers say together. */
final class ClusterView {
  /** As for a server's {@code /readyz}: under load a follower is a few entries behind. */
  static final long MAX_LAG_ENTRIES = 1_000;

  /** What a server takes for the truth about its cluster. */
  private record Allegiance(String cluster, String leader) {}

  private final int asked;
  private final List<ServerStatus> statuses;

  private ClusterView(int asked, List<ServerStatus> statuses) {
    this.asked = asked;
    this.statuses = statuses;
  }

  static ClusterView of(List<ServerAnswer> answers) {
    List<ServerStatus> statuses =
        answers.stream()
            .filter(ServerAnswer.Reached.class::isInstance)
            .map(answer -> ((ServerAnswer.Reached) answer).status())
            .toList();
    return new ClusterView(answers.size(), statuses);
  }

  /** A majority of those that were asked agrees on a leader, and no two differ. */
  boolean isHealthy() {
    return agreed().isPresent() && differences().isEmpty();
  }

  /** All that were asked agree on a leader, one of them leads, and none is far behind it. */
  boolean isComplete() {
    Optional<ServerStatus> leader =
        statuses.stream().filter(status -> status.role() == ServerStatus.Role.LEADER).findAny();
    return isHealthy()
        && statuses.size() == asked
        && leader.isPresent()
        && statuses.stream().allMatch(status -> follows(status, leader.get()));
  }

  private static boolean follows(ServerStatus status, ServerStatus leader) {
    return status.cluster().equals(leader.cluster())
        && status.leader().equals(leader.server())
        && leader.commitIndex() - status.appliedIndex() <= MAX_LAG_ENTRIES;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    String answered = statuses.size() + " of " + asked + " servers answered";
    lines.add(
        agreed()
                .map(truth -> "cluster " + truth.cluster() + ": " + truth.leader() + " leads; ")
                .orElse("no leader that a majority agrees on; ")
            + answered);
    lines.addAll(clusters());
    lines.addAll(differences());
    return lines;
  }

  private Optional<Allegiance> agreed() {
    Map<Allegiance, Long> votes =
        statuses.stream()
            .filter(status -> !status.leader().isEmpty())
            .collect(
                Collectors.groupingBy(
                    status -> new Allegiance(status.cluster(), status.leader()),
                    LinkedHashMap::new,
                    Collectors.counting()));
    return votes.entrySet().stream()
        .filter(vote -> vote.getValue() > asked / 2)
        .map(Map.Entry::getKey)
        .findAny();
  }

  private List<String> clusters() {
    List<String> names = statuses.stream().map(ServerStatus::cluster).distinct().toList();
    return names.size() < 2
        ? List.of()
        : List.of("these are servers of different clusters: " + String.join(", ", names));
  }

  /** Servers of a cluster whose digests differ at an index; empty, or something is very wrong. */
  private List<String> differences() {
    Map<String, List<ServerStatus>> byIndex =
        statuses.stream()
            .collect(
                Collectors.groupingBy(
                    status -> status.cluster() + " at index " + status.digestIndex(),
                    TreeMap::new,
                    Collectors.toList()));
    return byIndex.entrySet().stream()
        .filter(
            same -> same.getValue().stream().mapToLong(ServerStatus::digest).distinct().count() > 1)
        .map(same -> "DIGESTS DIFFER in cluster " + same.getKey() + ": " + digests(same.getValue()))
        .toList();
  }

  private static String digests(List<ServerStatus> statuses) {
    return statuses.stream()
        .map(status -> status.server() + " has " + StatusTable.digest(status.digest()))
        .collect(Collectors.joining(", "));
  }
}
