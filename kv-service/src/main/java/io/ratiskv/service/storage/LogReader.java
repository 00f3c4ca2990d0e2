package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;

/** Reads the log of a server that doesn't run, and changes nothing. */
final class LogReader {
  private final Path folder;
  private final int maxEntryBytes;

  /**
   * Of the log in {@code folder}, which may be absent.
   *
   * @param maxEntryBytes as {@link RaftLogTail#repair} has it
   */
  LogReader(Path folder, int maxEntryBytes) {
    this.folder = folder;
    this.maxEntryBytes = maxEntryBytes;
  }

  /** Shown each entry, in their order. */
  interface Visitor {
    void visit(LogEntryProto entry) throws IOException;
  }

  /**
   * Checks all segments as a start of the server does, and shows what is whole in them.
   *
   * @throws DamagedLogException where the server would not start either
   */
  LogContents read(Visitor visitor) throws IOException {
    if (!Files.isDirectory(folder)) {
      return LogContents.NONE;
    }
    List<SegmentName> segments = SegmentName.list(folder);
    LogContents contents = LogContents.NONE;
    for (SegmentName segment : segments) {
      SegmentBytes bytes = RaftLogTail.read(segment.file(), maxEntryBytes);
      SegmentScan scan = SegmentScan.of(segment, bytes);
      contents = contents.with(segment, scan, bytes);
      int offset = SegmentBytes.HEADER_BYTES;
      for (long i = 0; i < scan.entries(); i++) {
        SegmentBytes.Frame frame = bytes.frameAt(offset);
        if (frame == null) {
          throw new IllegalStateException("an entry that was whole: " + segment.file());
        }
        visitor.visit(bytes.entryAt(frame));
        offset = (int) frame.end();
      }
    }
    return contents;
  }
}
