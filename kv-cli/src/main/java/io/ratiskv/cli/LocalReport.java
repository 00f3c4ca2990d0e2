package io.ratiskv.cli;

import io.ratiskv.service.storage.LogContents;
import io.ratiskv.service.storage.OfflineFolder;
import io.ratiskv.statemachine.core.SnapshotSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Says what is in backups and in data folders. */
final class LocalReport {
  private LocalReport() {}

  static String words(SnapshotSummary summary) {
    return "term "
        + summary.term()
        + ", index "
        + summary.index()
        + "; "
        + summary.keys()
        + " keys, "
        + summary.bytes()
        + " bytes, "
        + summary.sessions()
        + " sessions; epoch "
        + Long.toUnsignedString(summary.epoch())
        + String.format(", digest %016x", summary.digest().digest());
  }

  /** A line for each thing; the folder is named as it was typed. */
  static List<String> lines(Path typed, OfflineFolder folder, OfflineFolder.Contents contents) {
    List<String> lines = new ArrayList<>();
    lines.add(typed + ": " + folder.identity());
    lines.add("  epoch       " + Long.toUnsignedString(folder.life().epoch()));
    if (!folder.life().ran() && contents.vote() == null) {
      lines.add("  it has never run");
      return lines;
    }
    lines.add("  last entry  term " + contents.lastTerm() + ", index " + contents.lastIndex());
    if (contents.vote() != null) {
      String votedFor = contents.vote().votedFor();
      lines.add(
          "  vote        term "
              + contents.vote().term()
              + ", "
              + (votedFor.isEmpty() ? "for nobody" : "for " + votedFor));
    }
    lines.add(
        "  members     "
            + (contents.members().isEmpty()
                ? "as the servers were started"
                : String.join(",", contents.members())));
    lines.add("  log         " + words(contents.log()));
    for (OfflineFolder.Snapshot snapshot : contents.snapshots()) {
      SnapshotSummary summary = snapshot.summary();
      lines.add(
          "  snapshot    "
              + (summary == null
                  ? "DAMAGED: " + snapshot.fault()
                  : snapshot.file().getFileName() + ": " + words(summary)));
    }
    return lines;
  }

  private static String words(LogContents log) {
    String entries =
        log.entries() == 0
            ? "no entries"
            : "entries "
                + log.firstIndex()
                + " to "
                + log.lastIndex()
                + ", the last of term "
                + log.lastTerm();
    return entries
        + ", in "
        + log.segments()
        + (log.segments() == 1 ? " file" : " files")
        + (log.tornBytes() == 0
            ? ""
            : "; "
                + log.tornBytes()
                + " bytes of one more, which a crash cut short, and which a start removes");
  }
}
