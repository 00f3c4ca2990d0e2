package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.SizeInBytes;

/** A segment as Ratis's own writer makes it, and what Ratis's own reader makes of a segment. */
final class RatisSegment {
  static final int MAX_ENTRY_BYTES = 4 << 20;
  static final int PREALLOCATED_BYTES = 16 << 10;

  private final List<LogEntryProto> entries;
  private final List<Integer> offsets = new ArrayList<>();
  private final byte[] padded;

  private RatisSegment(List<LogEntryProto> entries, byte[] padded) {
    this.entries = entries;
    this.padded = padded;
    int offset = 8;
    for (LogEntryProto entry : entries) {
      offsets.add(offset);
      int size = entry.getSerializedSize();
      offset += SegmentBytes.lengthBytes(size) + size + 4;
    }
    offsets.add(offset);
  }

  static RatisSegment of(List<LogEntryProto> entries) throws IOException {
    Path file = Files.createTempFile("segment", null);
    ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_ENTRY_BYTES + 8);
    try (SegmentedRaftLogOutputStream out =
        new SegmentedRaftLogOutputStream(
            file.toFile(), false, 32 << 20, PREALLOCATED_BYTES, buffer)) {
      for (LogEntryProto entry : entries) {
        out.write(entry);
      }
      out.flush();
      // Closing it would cut off the zeros.
      return new RatisSegment(entries, Files.readAllBytes(file));
    } finally {
      Files.delete(file);
    }
  }

  static LogEntryProto entry(long index, byte[] data) {
    return LogEntryProto.newBuilder()
        .setTerm(3)
        .setIndex(index)
        .setStateMachineLogEntry(
            StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
        .build();
  }

  static List<LogEntryProto> entries(RandomGenerator random, long start, int... dataBytes) {
    List<LogEntryProto> entries = new ArrayList<>();
    for (int bytes : dataBytes) {
      byte[] data = new byte[bytes];
      random.nextBytes(data);
      entries.add(entry(start + entries.size(), data));
    }
    return entries;
  }

  List<LogEntryProto> entries() {
    return entries;
  }

  int count() {
    return entries.size();
  }

  /** Where entry number {@code i} of this segment begins; for their number, where the last ends. */
  int offset(int i) {
    return offsets.get(i);
  }

  int end() {
    return offset(count());
  }

  /** As it is while the server runs, with zeros behind the entries. */
  byte[] padded() {
    return padded.clone();
  }

  /** As it is after the server was closed. */
  byte[] exact() {
    return Arrays.copyOf(padded, end());
  }

  /** The entries that Ratis reads, with the settings that it has by default. */
  static List<LogEntryProto> read(Path file) throws IOException {
    List<LogEntryProto> entries = new ArrayList<>();
    LogSegmentPath path = Objects.requireNonNull(LogSegmentPath.matchLogSegment(file));
    int count =
        LogSegment.readSegmentFile(
            file.toFile(),
            path.getStartEnd(),
            SizeInBytes.valueOf(MAX_ENTRY_BYTES),
            CorruptionPolicy.EXCEPTION,
            null,
            entries::add);
    if (count != entries.size()) {
      throw new AssertionError(count + " entries, but " + entries.size() + " were handed out");
    }
    return entries;
  }
}
