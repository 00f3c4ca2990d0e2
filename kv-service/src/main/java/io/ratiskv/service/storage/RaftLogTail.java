package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DamagedLogException.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the log of one Ratis group before Ratis opens it, and removes what a crash left of an
 * entry at its end.
 *
 * <p>Left to itself Ratis refuses to start over such a rest, and on the other hand starts without a
 * word after some damage that costs acknowledged entries: where a length points beyond the end of a
 * file it drops all that follows, a closed segment may hold fewer entries than its name says, and a
 * segment with zeros for a header is removed.
 */
public final class RaftLogTail {
  /**
   * What was found, and done.
   *
   * @param segments the files that were read
   * @param entries the whole entries in them
   * @param lastIndex of the last whole entry; -1 if there is none
   * @param lastTerm of the last whole entry; -1 if there is none
   * @param trim null if nothing had to be removed
   */
  public record Report(
      int segments, long entries, long lastIndex, long lastTerm, @Nullable Trim trim) {
    static final Report NO_LOG = new Report(0, 0, -1, -1, null);
  }

  /**
   * An entry that a crash cut short, and that was removed.
   *
   * @param index of the entry; it was never acknowledged by this server
   * @param offset where it began, and the file ends now
   * @param writtenBytes what there was of it, up to the last byte that wasn't zero
   * @param removedBytes by how much the file is shorter now, with the zeros
   */
  public record Trim(Path file, long index, long offset, long writtenBytes, long removedBytes) {}

  private static final Logger LOG = LoggerFactory.getLogger(RaftLogTail.class);

  private static final int READ_BYTES = 1 << 20;

  private final Path folder;
  private final int maxEntryBytes;

  private RaftLogTail(Path folder, int maxEntryBytes) {
    this.folder = folder;
    this.maxEntryBytes = maxEntryBytes;
  }

  /**
   * Checks all segments, each read once and as a whole into memory, and trims the last if it has to
   * be. Then the log is as durable as it reads: Ratis counts what it finds at its start as flushed,
   * also what a killed process had only written.
   *
   * <p>Nobody else may use the folder meanwhile. It may be absent, as before the first start.
   *
   * @param folder {@code current} in the folder of the group
   * @param maxEntryBytes {@code raft.server.log.appender.buffer.byte-limit}. Ratis writes entries
   *     up to this, not counting their length and checksum; counting them, it reads no larger ones.
   * @throws DamagedLogException if the log has any other damage; nothing was changed then
   * @throws IOException if the file system fails; the server must not start then either
   */
  public static Report repair(Path folder, int maxEntryBytes) throws IOException {
    Objects.requireNonNull(folder, "folder");
    if (maxEntryBytes < 1) {
      throw new IllegalArgumentException("maxEntryBytes: expected 1 or more: " + maxEntryBytes);
    }
    if (!Files.isDirectory(folder)) {
      return Report.NO_LOG;
    }
    return new RaftLogTail(folder, maxEntryBytes).repair();
  }

  private Report repair() throws IOException {
    List<SegmentName> segments = SegmentName.list(folder);
    long entries = 0;
    long lastIndex = -1;
    long lastTerm = -1;
    Trim trim = null;
    for (SegmentName segment : segments) {
      SegmentBytes bytes = read(segment.file(), maxEntryBytes);
      SegmentScan scan = SegmentScan.of(segment, bytes);
      entries += scan.entries();
      lastIndex = scan.entries() == 0 ? lastIndex : segment.start() + scan.entries() - 1;
      lastTerm = scan.entries() == 0 ? lastTerm : scan.lastTerm();
      if (segment.isOpen()) {
        // It is the last one: nothing is changed before all was found good.
        trim = settle(segment, bytes, scan);
      }
    }
    DurableFiles.forceFolder(folder);
    return new Report(segments.size(), entries, lastIndex, lastTerm, trim);
  }

  private static @Nullable Trim settle(SegmentName segment, SegmentBytes bytes, SegmentScan scan)
      throws IOException {
    Trim trim = null;
    try (FileChannel channel = FileChannel.open(segment.file(), StandardOpenOption.WRITE)) {
      if (scan.isTorn()) {
        channel.truncate(scan.end());
        trim =
            new Trim(
                segment.file(),
                segment.start() + scan.entries(),
                scan.end(),
                bytes.written() - scan.end(),
                bytes.size() - scan.end());
      }
      channel.force(true);
    }
    if (trim != null) {
      LOG.warn(
          "The last entry of the Raft log, {}, was cut short by a crash: {} had {} bytes of it at"
              + " offset {}, and then only zeros. It was never acknowledged. Cut the file to {}"
              + " bytes, {} fewer.",
          trim.index(),
          trim.file(),
          trim.writtenBytes(),
          trim.offset(),
          trim.offset(),
          trim.removedBytes());
    }
    return trim;
  }

  /** Of one segment, as a whole. */
  static SegmentBytes read(Path file, int maxEntryBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE - Long.BYTES) {
        throw new DamagedLogException(
            file, 0, new Finding("a segment of less than 2 GiB", size + " bytes"));
      }
      ByteBuffer data = ByteBuffer.allocate((int) size);
      while (data.position() < size) {
        // In pieces: for each read Java takes as much memory again outside of the heap.
        data.limit((int) Math.min(size, data.position() + (long) READ_BYTES));
        if (channel.read(data) < 0) {
          throw new IOException("the file became shorter while it was read");
        }
      }
      return new SegmentBytes(data.array(), maxEntryBytes);
    } catch (DamagedLogException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot read the Raft log: " + file + ": " + e.getMessage(), e);
    }
  }
}
