package io.ratiskv.statemachine.core;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** A snapshot taken apart, to be put together otherwise: with checksums and counts that hold. */
final class Sections {
  /** A section's place in the list of a small snapshot. */
  static final int HEADER = 0;

  private static final int MAGIC_BYTES = 8;

  private final List<Section> sections = new ArrayList<>();

  private record Section(int type, Bytes content) {}

  static Sections of(byte[] snapshot) {
    Sections all = new Sections();
    ByteBuffer in = ByteBuffer.wrap(snapshot).position(MAGIC_BYTES);
    while (in.hasRemaining()) {
      int type = in.get();
      byte[] content = new byte[in.getInt()];
      in.get(content);
      in.getInt();
      if (type != 4) {
        all.add(type, content);
      }
    }
    return all;
  }

  Sections add(int type, byte[] content) {
    sections.add(section(type, content));
    return this;
  }

  Sections replace(int place, int type, byte[] content) {
    sections.set(place, section(type, content));
    return this;
  }

  Sections remove(int place) {
    sections.remove(place);
    return this;
  }

  /** Moves the last section to the front of {@code place}. */
  Sections moveLastTo(int place) {
    sections.add(place, sections.remove(sections.size() - 1));
    return this;
  }

  byte[] content(int place) {
    return sections.get(place).content().array().clone();
  }

  int size() {
    return sections.size();
  }

  /** With a number in the header changed: {@code bytes} long, from byte {@code offset} on. */
  Sections header(int offset, int bytes, long value) {
    ByteBuffer header = ByteBuffer.wrap(content(HEADER));
    if (bytes == Integer.BYTES) {
      header.putInt(offset, (int) value);
    } else {
      header.putLong(offset, value);
    }
    return replace(HEADER, 1, header.array());
  }

  byte[] bytes() {
    return bytes(sections.size());
  }

  /** With an END that tells of {@code count} sections. */
  byte[] bytes(long count) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {'R', 'A', 'T', 'I', 'S', 'K', 'V', 0});
    for (int i = 0; i < sections.size(); i++) {
      write(out, sections.get(i).type(), content(i));
    }
    write(out, 4, ByteBuffer.allocate(Long.BYTES).putLong(count).array());
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, int type, byte[] content) {
    byte[] framed =
        ByteBuffer.allocate(5 + content.length)
            .put((byte) type)
            .putInt(content.length)
            .put(content)
            .array();
    CRC32C checksum = new CRC32C();
    checksum.update(framed);
    out.writeBytes(framed);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt((int) checksum.getValue()).array());
  }

  private static Section section(int type, byte[] content) {
    return new Section(type, Bytes.wrap(content));
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.asList(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
