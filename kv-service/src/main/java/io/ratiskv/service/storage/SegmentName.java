package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DamagedLogException.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A segment of Ratis's log, by the name of its file: {@code log_START-END} for one that is closed,
 * {@code log_inprogress_START} for the one that is written to.
 *
 * @param start index of the first entry
 * @param end index of the last entry, {@link #OPEN} if the segment is open
 */
record SegmentName(Path file, long start, long end) {
  static final long OPEN = Long.MAX_VALUE;

  private static final Pattern CLOSED_NAME = Pattern.compile("log_(\\d{1,18})-(\\d{1,18})");
  private static final Pattern OPEN_NAME = Pattern.compile("log_inprogress_(\\d{1,18})");

  /** All that Ratis takes for a segment, although it never gives such names itself. */
  private static final Pattern NAME_TO_RATIS =
      Pattern.compile("log_(\\d+-\\d+|inprogress_\\d+(\\..*)?)");

  boolean isOpen() {
    return end == OPEN;
  }

  /**
   * The segments in {@code folder}, in the order of their entries.
   *
   * @throws DamagedLogException if they don't follow one on the other without gap and overlap
   */
  static List<SegmentName> list(Path folder) throws IOException {
    List<SegmentName> segments = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        addTo(segments, file);
      }
    }
    segments.sort(Comparator.comparingLong(SegmentName::start).thenComparing(SegmentName::end));
    for (int i = 1; i < segments.size(); i++) {
      checkOrder(segments.get(i - 1), segments.get(i));
    }
    return segments;
  }

  private static void addTo(List<SegmentName> segments, Path file) throws DamagedLogException {
    String name = String.valueOf(file.getFileName());
    Matcher closed = CLOSED_NAME.matcher(name);
    Matcher open = OPEN_NAME.matcher(name);
    if (closed.matches()) {
      long start = Long.parseLong(closed.group(1));
      long end = Long.parseLong(closed.group(2));
      if (end < start) {
        throw new DamagedLogException(
            file, 0, new Finding("a name with a last entry not below the first", name));
      }
      segments.add(new SegmentName(file, start, end));
    } else if (open.matches()) {
      segments.add(new SegmentName(file, Long.parseLong(open.group(1)), OPEN));
    } else if (NAME_TO_RATIS.matcher(name).matches()) {
      throw new DamagedLogException(
          file, 0, new Finding("log_START-END or log_inprogress_START as the name", name));
    }
  }

  private static void checkOrder(SegmentName before, SegmentName next) throws DamagedLogException {
    if (before.isOpen()) {
      throw new DamagedLogException(
          next.file(), 0, new Finding("no segment after the open one", before.file().toString()));
    }
    if (next.start() != before.end() + 1) {
      throw new DamagedLogException(
          next.file(),
          0,
          new Finding(
              "a segment that begins with entry " + (before.end() + 1) + ", after " + before.file(),
              "one that begins with entry " + next.start()));
    }
  }
}
