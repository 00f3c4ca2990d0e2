package io.ratiskv.statemachine.core;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Reads the sections of a snapshot, each checked before it is shown. */
final class SectionReader {
  private final String name;
  private final InputStream in;

  /** Bytes read. */
  private long offset;

  /** Where the current section begins. */
  private long start;

  private long count;
  private byte type;
  private byte[] content = new byte[0];

  SectionReader(String name, InputStream in) {
    this.name = name;
    this.in = in;
  }

  void magic() throws IOException {
    byte[] found = read(SnapshotFormat.MAGIC.length, "the magic number");
    if (!Arrays.equals(found, SnapshotFormat.MAGIC)) {
      throw corrupt("the magic number of a snapshot", "other bytes");
    }
  }

  /** Goes on to the next section, and tells its type. */
  byte next() throws IOException {
    start = offset;
    ByteBuffer frame = ByteBuffer.wrap(read(SnapshotFormat.FRAME_BYTES, "a section"));
    type = frame.get();
    int length = frame.getInt();
    if (type < SnapshotFormat.HEADER || type > SnapshotFormat.RETIRED) {
      throw corrupt("a section of type 1 to 5", "type " + type);
    }
    if (length < 0 || length > SnapshotFormat.MAX_SECTION_BYTES) {
      throw corrupt(
          "a section of at most " + SnapshotFormat.MAX_SECTION_BYTES + " bytes",
          Integer.toUnsignedLong(length) + " bytes");
    }
    content = read(length, "a section of " + length + " bytes");
    CRC32C checksum = new CRC32C();
    checksum.update(frame.array());
    checksum.update(content);
    int stored = ByteBuffer.wrap(read(SnapshotFormat.CHECKSUM_BYTES, "a checksum")).getInt();
    if (stored != (int) checksum.getValue()) {
      throw corrupt(
          String.format("a section with the checksum %08x", stored),
          String.format("one with %08x", (int) checksum.getValue()));
    }
    count++;
    return type;
  }

  byte type() {
    return type;
  }

  byte[] content() {
    return content;
  }

  /** The current section has to be the end, and the file to end with it. */
  void end() throws IOException {
    if (type != SnapshotFormat.END || content.length != Long.BYTES) {
      throw corrupt("the end section", "a section of type " + type);
    }
    long sections = ByteBuffer.wrap(content).getLong();
    if (sections != count - 1) {
      throw corrupt(sections + " sections", Long.toString(count - 1));
    }
    if (in.read() >= 0) {
      start = offset;
      throw corrupt("the end of the file", "more bytes");
    }
  }

  private byte[] read(int length, String what) throws IOException {
    byte[] bytes = new byte[length];
    int found = in.readNBytes(bytes, 0, length);
    if (found < length) {
      throw corrupt(what, "the end of the file after " + found + " bytes");
    }
    offset += length;
    return bytes;
  }

  CorruptSnapshotException corrupt(String expected, String found) {
    return new CorruptSnapshotException(name, start, expected, found);
  }
}
