package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DamagedLogException.Finding;
import io.ratiskv.service.storage.SegmentBytes.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Tells an entry that a crash cut short from any other damage, at the place in the open segment
 * where the whole entries end.
 *
 * <p>A server writes its log from front to back into space filled with zeros, and acknowledges an
 * entry after an fsync. So a crash leaves, after the whole entries, the beginning of one more, and
 * then nothing but zeros to the end of the file, or the end of the file itself. That much a flipped
 * bit in a length can fake: the entry then seems to reach over the good ones behind it into the
 * zeros. Hence what is cut short must be the beginning of the right entry, that entry must not be
 * whole by another length, and no whole entry may follow. Whatever fails one of these is damage;
 * what passes all of them has lost its checksum or a part of it, and can't have been read again
 * anyhow.
 *
 * <p>What remains: where zeros overwrote the end of a log that was acknowledged, nothing tells this
 * from a crash. And a client that puts the bytes of a later log entry into a value of its own, on a
 * server that crashes while writing this value, has it refuse to start: the safe side.
 */
final class TornEntry {
  /** Of a LogEntryProto: term, index, and one of several kinds of content. */
  private static final int ENTRY_FIELDS = 3;

  private final SegmentBytes bytes;
  private final int offset;
  private final long index;

  /**
   * Looks at one entry.
   *
   * @param offset where the entry begins; before the last byte written
   * @param index which it would have
   */
  TornEntry(SegmentBytes bytes, int offset, long index) {
    this.bytes = bytes;
    this.offset = offset;
    this.index = index;
  }

  /** What speaks against a crash; null if the entry was surely cut short by one. */
  @Nullable Finding damage() {
    if (bytes.at(offset) == 0) {
      return new Finding(
          entry() + " or nothing but zeros",
          "a zero and, up to " + bytes.written() + ", other bytes");
    }
    Frame frame = bytes.frameAt(offset);
    if (frame == null) {
      return endsWithinLength()
          ? null
          : new Finding(
              "the length of " + entry() + ", at most " + bytes.maxEntryBytes() + " bytes in all",
              "no such number");
    }
    Finding checksum = checksumDamage(frame);
    if (checksum != null) {
      return checksum;
    }
    if (!bytes.beginsLike(frame.content(), index)) {
      return new Finding("the beginning of " + entry(), "other bytes");
    }
    Frame whole = wholeByOtherLength();
    if (whole != null) {
      return new Finding(
          "the length " + whole.length() + " of " + entry() + ", by its content and checksum",
          "the length " + frame.length());
    }
    int later = laterEntry();
    if (later >= 0) {
      return new Finding(
          "nothing after " + entry() + ", of which there is only a part",
          "a later entry at offset " + later);
    }
    return null;
  }

  /** Whether the length breaks off: its bytes say that more follow, but only zeros do. */
  private boolean endsWithinLength() {
    int end = offset;
    while (end < bytes.size() && bytes.at(end) < 0) {
      end++;
    }
    return bytes.written() == end && end - offset < SegmentBytes.MAX_LENGTH_BYTES;
  }

  private @Nullable Finding checksumDamage(Frame frame) {
    if (bytes.written() <= frame.checksum()) {
      return null;
    }
    // All of the content is there. What was written of the checksum, if not all, must be right.
    int stored = bytes.storedChecksum(frame);
    int checksum = bytes.checksum(frame);
    int missingBytes = (int) Math.max(0, frame.end() - bytes.written());
    int writtenBits = -1 << (missingBytes * Byte.SIZE);
    if (missingBytes > 0 && (stored & writtenBits) == (checksum & writtenBits)) {
      return null;
    }
    return new Finding(
        String.format("%s with the checksum %08x", entry(), checksum),
        String.format("one with %08x", stored));
  }

  /**
   * The entry with a length that its content implies, if its checksum confirms this one: then all
   * of it is there, and its length was damaged.
   */
  private @Nullable Frame wholeByOtherLength() {
    for (int lengthBytes = 1; lengthBytes <= SegmentBytes.MAX_LENGTH_BYTES; lengthBytes++) {
      int content = offset + lengthBytes;
      if (bytes.indexAt(content) != index) {
        continue;
      }
      int end = content;
      for (int field = 0; field < ENTRY_FIELDS; field++) {
        end = bytes.endOfField(end);
        if (end < 0) {
          break;
        }
        Frame frame = new Frame(offset, end - content);
        if (frame.content() == content && bytes.isWhole(frame)) {
          return frame;
        }
      }
    }
    return null;
  }

  /** The offset of a whole entry with a greater index; -1 if there is none. */
  private int laterEntry() {
    for (int at = offset + 1; at < bytes.written(); at++) {
      Frame frame = bytes.frameAt(at);
      if (frame != null && frame.end() <= bytes.size()) {
        long ahead = bytes.indexAt(frame.content()) - index;
        // Each entry between has a byte at least. This is cheap, the checksum isn't.
        if (ahead > 0 && ahead <= at - offset && bytes.isWhole(frame)) {
          return at;
        }
      }
    }
    return -1;
  }

  private String entry() {
    return "entry " + index;
  }
}
