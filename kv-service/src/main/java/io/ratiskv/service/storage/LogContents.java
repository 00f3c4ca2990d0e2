package io.ratiskv.service.storage;

/**
 * What is in a log, in numbers.
 *
 * @param segments its files
 * @param entries that are whole
 * @param firstIndex of the first of them; -1 if there is none
 * @param lastIndex of the last of them; -1 if there is none
 * @param lastTerm of the last of them; -1 if there is none
 * @param tornBytes what a crash left of one more; the server cuts it off when it starts
 */
public record LogContents(
    int segments, long entries, long firstIndex, long lastIndex, long lastTerm, long tornBytes) {
  static final LogContents NONE = new LogContents(0, 0, -1, -1, -1, 0);

  LogContents with(SegmentName segment, SegmentScan scan, SegmentBytes bytes) {
    boolean adds = scan.entries() > 0;
    return new LogContents(
        segments + 1,
        entries + scan.entries(),
        adds && firstIndex < 0 ? segment.start() : firstIndex,
        adds ? segment.start() + scan.entries() - 1 : lastIndex,
        adds ? scan.lastTerm() : lastTerm,
        scan.isTorn() ? bytes.written() - scan.end() : 0);
  }

  /** Whether it can follow on a snapshot that holds all up to {@code index}. */
  boolean goesOnFrom(long index) {
    return entries == 0 || firstIndex <= index + 1;
  }
}
