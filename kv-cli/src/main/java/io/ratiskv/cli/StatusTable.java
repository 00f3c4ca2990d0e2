package io.ratiskv.cli;

import io.ratiskv.client.ServerStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A row for each server. */
final class StatusTable {
  private static final List<String> TITLES =
      List.of(
          "SERVER",
          "ENDPOINT",
          "ROLE",
          "TERM",
          "COMMIT",
          "APPLIED",
          "SNAPSHOT",
          "KEYS",
          "BYTES",
          "SESSIONS",
          "DUPLICATES",
          "LOG BYTES",
          "DIGEST");

  /** These are words, and stand at the left; numbers stand at the right. */
  private static final List<String> WORDS = List.of("SERVER", "ENDPOINT", "ROLE", "DIGEST");

  private StatusTable() {}

  static List<String> lines(List<ServerAnswer> answers) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(TITLES);
    answers.forEach(answer -> rows.add(row(answer)));
    int[] widths = widths(rows);
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static List<String> row(ServerAnswer answer) {
    if (answer instanceof ServerAnswer.Reached reached) {
      return row(reached.endpoint(), reached.status());
    }
    String cause = ((ServerAnswer.Unreached) answer).cause();
    return List.of("?", answer.endpoint(), "unreachable: " + cause);
  }

  private static List<String> row(String endpoint, ServerStatus status) {
    return List.of(
        status.server(),
        endpoint,
        status.role().name().toLowerCase(Locale.ROOT),
        Long.toString(status.term()),
        index(status.commitIndex()),
        index(status.appliedIndex()),
        index(status.snapshotIndex()),
        Long.toString(status.keys()),
        Long.toString(status.bytes()),
        Long.toString(status.sessions()),
        Long.toString(status.duplicates()),
        Long.toString(status.logBytes()),
        digest(status.digest()));
  }

  private static String index(long index) {
    return index < 0 ? "-" : Long.toString(index);
  }

  static String digest(long digest) {
    return String.format("%016x", digest);
  }

  /** A row that is cut short says something longer in its last cell, beyond the columns. */
  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[TITLES.size()];
    for (List<String> row : rows) {
      int cells = row.size() == TITLES.size() ? row.size() : row.size() - 1;
      for (int i = 0; i < cells; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String cell = row.get(i);
      String blanks = " ".repeat(Math.max(0, widths[i] - cell.length()));
      line.append(i == 0 ? "" : "  ");
      line.append(WORDS.contains(TITLES.get(i)) ? cell + blanks : blanks + cell);
    }
    return line.toString().stripTrailing();
  }
}
