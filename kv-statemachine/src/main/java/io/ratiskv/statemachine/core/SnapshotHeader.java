package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands at the beginning of a snapshot; see {@link SnapshotFormat}.
 *
 * @param epoch of the cluster
 * @param parameters as they were set
 * @param term of the last entry applied
 * @param index of the last entry applied, whatever its kind
 * @param digest the running digest, with the index of its last entry
 * @param lastSession the id of the session opened last
 * @param sessions their number
 * @param keys their number
 * @param bytes of keys and values
 */
record SnapshotHeader(
    long epoch,
    Parameters parameters,
    long term,
    long index,
    KvState.Stamp digest,
    long lastSession,
    long sessions,
    long keys,
    long bytes) {
  /** The limits under which the state came about. */
  private static final int[] LIMITS = {
    Limits.MAX_KEY_BYTES,
    Limits.MAX_VALUE_BYTES,
    Limits.MAX_BATCH_BYTES,
    Limits.MAX_BATCH_OPERATIONS,
    Limits.SESSION_WINDOW,
    Limits.MAX_SESSIONS,
    Limits.MAX_SESSIONS_PER_PRINCIPAL,
    Limits.NONCE_BYTES,
    Limits.MAX_PRINCIPAL_BYTES
  };

  private static final int NUMBERS = 10;
  private static final int LENGTH = Integer.BYTES * (1 + LIMITS.length) + Long.BYTES * NUMBERS;

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(LENGTH);
    DataOutputStream fields = new DataOutputStream(bytes);
    fields.writeInt(SnapshotFormat.VERSION);
    for (int limit : LIMITS) {
      fields.writeInt(limit);
    }
    long[] numbers = {
      epoch,
      parameters.sessionTtlMillis(),
      term,
      index,
      digest.index(),
      digest.digest(),
      lastSession,
      sessions,
      keys,
      bytes()
    };
    for (long number : numbers) {
      fields.writeLong(number);
    }
    return bytes.toByteArray();
  }

  /** Reads the section that {@code sections} stands before. */
  static SnapshotHeader read(SectionReader sections) throws IOException {
    byte type = sections.next();
    ByteBuffer fields = ByteBuffer.wrap(sections.content());
    if (type != SnapshotFormat.HEADER || fields.remaining() < Integer.BYTES) {
      throw sections.corrupt("a header", "a section of type " + type);
    }
    int version = fields.getInt();
    if (version != SnapshotFormat.VERSION) {
      throw sections.corrupt(
          "version " + SnapshotFormat.VERSION,
          "version " + version + (version > SnapshotFormat.VERSION ? ", which is newer" : ""));
    }
    if (fields.capacity() != LENGTH) {
      throw sections.corrupt("a header of " + LENGTH + " bytes", fields.capacity() + " bytes");
    }
    checkLimits(sections, fields);
    return new SnapshotHeader(
        fields.getLong(),
        new Parameters(fields.getLong()),
        fields.getLong(),
        fields.getLong(),
        new KvState.Stamp(fields.getLong(), fields.getLong()),
        fields.getLong(),
        fields.getLong(),
        fields.getLong(),
        fields.getLong());
  }

  private static void checkLimits(SectionReader sections, ByteBuffer fields)
      throws CorruptSnapshotException {
    int[] found = new int[LIMITS.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = fields.getInt();
    }
    if (!Arrays.equals(LIMITS, found)) {
      throw sections.corrupt(
          "the limits " + Arrays.toString(LIMITS), "the limits " + Arrays.toString(found));
    }
  }
}
