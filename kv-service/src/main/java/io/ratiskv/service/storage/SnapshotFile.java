package io.ratiskv.service.storage;

import io.ratiskv.statemachine.core.CorruptSnapshotException;
import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotSummary;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A snapshot in a data folder, by its name.
 *
 * @param term of the last entry in it, as the name says
 * @param index of the last entry in it, as the name says
 */
record SnapshotFile(Path file, long term, long index) {
  private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d{1,18})_(\\d{1,18})");

  /** Those in {@code folder}, newest first. */
  static List<SnapshotFile> list(Path folder) throws IOException {
    List<SnapshotFile> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
          if (name.matches()) {
            found.add(
                new SnapshotFile(
                    file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
          }
        }
      }
    }
    found.sort(
        Comparator.comparingLong(SnapshotFile::term).thenComparing(SnapshotFile::index).reversed());
    return found;
  }

  /** Whether it goes beyond that entry, as Raft orders them: by the term first. */
  boolean isAfter(long otherTerm, long otherIndex) {
    return term > otherTerm || (term == otherTerm && index > otherIndex);
  }

  SnapshotSummary check() throws IOException {
    SnapshotSummary summary = BackupFile.check(file);
    checkName(summary.term(), summary.index());
    return summary;
  }

  /** Of the cluster, as its header says. */
  long epoch() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      return SnapshotReader.epoch(file.toString(), in);
    }
  }

  SnapshotReader.Loaded load() throws IOException {
    SnapshotReader.Loaded loaded = BackupFile.load(file);
    checkName(loaded.term(), loaded.index());
    return loaded;
  }

  private void checkName(long foundTerm, long foundIndex) throws CorruptSnapshotException {
    if (foundTerm != term || foundIndex != index) {
      throw new CorruptSnapshotException(
          file.toString(),
          0,
          "term and index as in the file's name",
          foundTerm + " and " + foundIndex);
    }
  }
}
