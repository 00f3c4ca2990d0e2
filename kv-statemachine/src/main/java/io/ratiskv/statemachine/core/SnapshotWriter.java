package io.ratiskv.statemachine.core;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes a {@link SnapshotView} in the {@link SnapshotFormat}. */
final class SnapshotWriter {
  private final OutputStream out;
  private final ByteArrayOutputStream content =
      new ByteArrayOutputStream(2 * SnapshotFormat.SECTION_BYTES);
  private final CodedOutputStream items = CodedOutputStream.newInstance(content);
  private long sections;

  SnapshotWriter(OutputStream out) {
    this.out = out;
  }

  void write(SnapshotView view) throws IOException {
    out.write(SnapshotFormat.MAGIC);
    section(SnapshotFormat.HEADER, view.header().toBytes());
    for (String server : view.header().parameters().retiredServers()) {
      items.writeStringNoTag(server);
    }
    endSection(SnapshotFormat.RETIRED);
    for (Session session : view.sortedSessions()) {
      session(session);
      endSectionIfFull(SnapshotFormat.SESSIONS);
    }
    endSection(SnapshotFormat.SESSIONS);
    view.store().forEach(this::entry);
    endSection(SnapshotFormat.ENTRIES);
    section(SnapshotFormat.END, ByteBuffer.allocate(Long.BYTES).putLong(sections).array());
  }

  private void session(Session session) throws IOException {
    items.writeUInt64NoTag(session.id());
    items.writeUInt64NoTag(session.next());
    items.writeUInt64NoTag(session.lastIndex());
    items.writeByteArrayNoTag(session.principal().getBytes(StandardCharsets.UTF_8));
    items.writeByteArrayNoTag(session.nonce().array());
    items.writeUInt32NoTag(session.replies().size());
    for (StoredReply reply : session.replies()) {
      items.writeFixed64NoTag(reply.fingerprint());
      items.writeBytesNoTag(reply.result());
    }
  }

  private void entry(Bytes key, Value value) throws IOException {
    items.writeByteArrayNoTag(key.array());
    items.writeUInt64NoTag(value.version());
    items.writeBytesNoTag(value.toByteString());
    endSectionIfFull(SnapshotFormat.ENTRIES);
  }

  private void endSectionIfFull(byte type) throws IOException {
    items.flush();
    if (content.size() >= SnapshotFormat.SECTION_BYTES) {
      endSection(type);
    }
  }

  private void endSection(byte type) throws IOException {
    items.flush();
    if (content.size() > 0) {
      section(type, content.toByteArray());
      content.reset();
    }
  }

  private void section(byte type, byte[] bytes) throws IOException {
    byte[] frame =
        ByteBuffer.allocate(SnapshotFormat.FRAME_BYTES).put(type).putInt(bytes.length).array();
    CRC32C checksum = new CRC32C();
    checksum.update(frame);
    checksum.update(bytes);
    out.write(frame);
    out.write(bytes);
    out.write(
        ByteBuffer.allocate(SnapshotFormat.CHECKSUM_BYTES)
            .putInt((int) checksum.getValue())
            .array());
    sections++;
  }
}
