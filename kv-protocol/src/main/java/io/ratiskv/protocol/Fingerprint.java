package io.ratiskv.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What tells one batch from another under the same number: CRC32C of its encoded operations in the
 * high half, CRC32 in the low one. Together they are a cyclic redundancy check of 64 bits, and both
 * are at hand in every language. It is against mistakes, not against malice: who may use a session
 * may write anything.
 *
 * <p>It is stored with replies and so decides what an entry of the log does: it never changes.
 */
public final class Fingerprint {
  private Fingerprint() {}

  public static long of(byte[] bytes, int from, int length) {
    CRC32C high = new CRC32C();
    high.update(bytes, from, length);
    CRC32 low = new CRC32();
    low.update(bytes, from, length);
    return high.getValue() << 32 | low.getValue();
  }

  /** Of what remains in {@code bytes}, which stays as it is. */
  public static long of(ByteBuffer bytes) {
    CRC32C high = new CRC32C();
    high.update(bytes.duplicate());
    CRC32 low = new CRC32();
    low.update(bytes.duplicate());
    return high.getValue() << 32 | low.getValue();
  }
}
