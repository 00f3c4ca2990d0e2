package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one segment of Ratis's log, as its {@code SegmentedRaftLogOutputStream} writes them:
 *
 * <pre>
 * header    8 bytes  "RaftLog1"
 * entries   each:
 *   length    varint   of the content, 1 to 5 bytes
 *   content            a LogEntryProto, which begins with:
 *     08        1 byte   the tag of the term
 *     term      varint
 *     10        1 byte   the tag of the index; left out, with the index, by entry 0
 *     index     varint
 *   checksum  4 bytes  big-endian CRC32C of length and content
 * zeros     to the end of the file, which is allocated ahead of what is written
 * </pre>
 *
 * Judges nothing: {@link SegmentScan} does.
 */
final class SegmentBytes {
  /** Where an entry stands. Its length is a good one, its end may lie beyond the file's. */
  record Frame(int offset, int length) {
    int content() {
      return offset + lengthBytes(length);
    }

    long checksum() {
      return (long) content() + length;
    }

    long end() {
      return checksum() + CHECKSUM_BYTES;
    }
  }

  /** A varint, and where the byte after it is. */
  private record Varint(long value, int end) {}

  private static final byte[] HEADER = "RaftLog1".getBytes(US_ASCII);
  static final int HEADER_BYTES = HEADER.length;
  static final int CHECKSUM_BYTES = 4;

  static final int MAX_LENGTH_BYTES = 5;
  private static final int MAX_VARINT_BYTES = 10;

  private static final byte TERM_TAG = 0x08;
  private static final byte INDEX_TAG = 0x10;

  private final byte[] data;
  private final int maxEntryBytes;
  private final int written;

  /**
   * Keeps {@code data}, which must not change any more.
   *
   * @param maxEntryBytes that an entry has at most, with its length and its checksum
   */
  SegmentBytes(byte[] data, int maxEntryBytes) {
    this.data = data;
    this.maxEntryBytes = maxEntryBytes;
    int end = data.length;
    while (end > 0 && data[end - 1] == 0) {
      end--;
    }
    this.written = end;
  }

  /** Of the file. */
  int size() {
    return data.length;
  }

  /** Where the zeros begin which reach to the end of the file; its size if there are none. */
  int written() {
    return written;
  }

  int maxEntryBytes() {
    return maxEntryBytes;
  }

  byte at(int offset) {
    return data[offset];
  }

  boolean hasHeader() {
    return data.length >= HEADER_BYTES && headerMatches(HEADER_BYTES);
  }

  /** Whether there is nothing but a part of the header, or not even that. */
  boolean hasOnlyPartOfHeader() {
    return written < HEADER_BYTES && headerMatches(written);
  }

  private boolean headerMatches(int length) {
    return Arrays.equals(data, 0, length, HEADER, 0, length);
  }

  /** The entry at {@code offset}, by its length; null if that isn't one. */
  @Nullable Frame frameAt(int offset) {
    Varint length = varintAt(offset, MAX_LENGTH_BYTES);
    if (length == null || length.value() < 1 || length.value() > maxEntryBytes) {
      return null;
    }
    Frame frame = new Frame(offset, (int) length.value());
    // A varint of more bytes than it needs is none that was written.
    boolean isGood =
        frame.content() == length.end() && frame.end() - frame.offset() <= maxEntryBytes;
    return isGood ? frame : null;
  }

  /** Whether all of the entry is there and its checksum is right. */
  boolean isWhole(Frame frame) {
    return frame.end() <= data.length && storedChecksum(frame) == checksum(frame);
  }

  /** The entry, which must be a whole one. */
  LogEntryProto entryAt(Frame frame) throws InvalidProtocolBufferException {
    return LogEntryProto.parser().parseFrom(data, frame.content(), frame.length());
  }

  /** The checksum in the file; zeros stand for what the end of the file cut off. */
  int storedChecksum(Frame frame) {
    int checksum = 0;
    for (long at = frame.checksum(); at < frame.end(); at++) {
      checksum = checksum << Byte.SIZE | (at < data.length ? data[(int) at] & 0xff : 0);
    }
    return checksum;
  }

  /**
   * The checksum that the entry should have. Its content must be within the file; its length is
   * taken from the frame, not from the file.
   */
  int checksum(Frame frame) {
    CRC32C checksum = new CRC32C();
    checksum.update(varint(frame.length()));
    checksum.update(data, frame.content(), frame.length());
    return (int) checksum.getValue();
  }

  /** The term of the entry whose content begins at {@code content}; -1 if none begins so. */
  long termAt(int content) {
    Varint term = term(content);
    return term == null ? -1 : term.value();
  }

  /** The index of the entry whose content begins at {@code content}; -1 if none begins so. */
  long indexAt(int content) {
    int indexTag = endOfTerm(content);
    if (indexTag < 0) {
      return -1;
    }
    if (indexTag == data.length || data[indexTag] != INDEX_TAG) {
      return 0;
    }
    Varint index = varintAt(indexTag + 1, MAX_VARINT_BYTES);
    return index == null ? -1 : index.value();
  }

  /**
   * Whether what is written from {@code content} on is the beginning of the entry {@code index}, as
   * far as it goes.
   */
  boolean beginsLike(int content, long index) {
    if (content >= written) {
      return true;
    }
    if (data[content] != TERM_TAG) {
      return false;
    }
    int indexTag = endOfTerm(content);
    if (indexTag < 0 || indexTag >= written) {
      // In the term the writing ended, or else it is none.
      return written - content <= MAX_VARINT_BYTES;
    }
    if (index == 0) {
      return data[indexTag] != INDEX_TAG;
    }
    if (data[indexTag] != INDEX_TAG) {
      return false;
    }
    byte[] expected = varint(index);
    int start = indexTag + 1;
    int length = Math.min(expected.length, Math.max(0, written - start));
    return Arrays.equals(data, start, start + length, expected, 0, length);
  }

  /** The offset after the term that begins an entry's content; -1 if none is there. */
  private int endOfTerm(int content) {
    Varint term = term(content);
    return term == null ? -1 : term.end();
  }

  private @Nullable Varint term(int content) {
    return content >= data.length || data[content] != TERM_TAG
        ? null
        : varintAt(content + 1, MAX_VARINT_BYTES);
  }

  /**
   * The offset after the protobuf field at {@code offset}; -1 if there is none of those that the
   * entries have, or if it is so long that no entry holds it.
   */
  int endOfField(int offset) {
    if (offset >= data.length || data[offset] <= 0) {
      return -1;
    }
    Varint value = varintAt(offset + 1, MAX_VARINT_BYTES);
    int wireType = data[offset] & 0x7;
    if (value == null || (wireType != 0 && wireType != 2)) {
      return -1;
    }
    if (wireType == 0) {
      return value.end();
    }
    boolean fits = value.value() >= 0 && value.value() <= data.length - value.end();
    return fits ? value.end() + (int) value.value() : -1;
  }

  private @Nullable Varint varintAt(int offset, int maxBytes) {
    long value = 0;
    int end = Math.min(data.length - offset, maxBytes);
    for (int i = 0; i < end; i++) {
      value |= (data[offset + i] & 0x7fL) << (7 * i);
      if (data[offset + i] >= 0) {
        return new Varint(value, offset + i + 1);
      }
    }
    return null;
  }

  private static byte[] varint(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_VARINT_BYTES);
    long rest = value;
    while (rest > 0x7f) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  static int lengthBytes(int length) {
    return (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 6) / 7;
  }
}
