package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;

/**
 * The value of a key: immutable to those who hold it, and yet cheap to append to.
 *
 * <p>The bytes lie in chunks. An append fills the room left in the last chunk, beyond what any
 * earlier value shows, and adds a chunk for the rest, so that it costs the bytes appended and not
 * those already there; the earlier value goes on showing what it did. Chunks grow with the value up
 * to {@value #MAX_GROWTH_BYTES} bytes, which bounds both their number and the room that is unused.
 *
 * <p>Only the newest value of a line of appends may be appended to: {@link Store} sees to that,
 * being the one writer. Any thread may read one that was handed to it safely.
 */
public final class Value {
  private static final int MAX_GROWTH_BYTES = 64 << 10;
  private static final int MIN_GROWTH_BYTES = 32;
  private static final byte[] NOTHING = new byte[0];
  private static final byte[][] NO_CHUNKS = new byte[0][];

  /** The chunks before the last. Of a value that was put there are none, and so no array. */
  private final byte[][] full;

  private final byte[] last;

  /** Bytes of the last chunk that belong to this value. */
  private final int lastUsed;

  private final int length;

  private Value(byte[][] full, byte[] last, int lastUsed, int length) {
    this.full = full;
    this.last = last;
    this.lastUsed = lastUsed;
    this.length = length;
  }

  static Value of(Bytes bytes) {
    return new Value(NO_CHUNKS, bytes.array(), bytes.length(), bytes.length());
  }

  /** This value with {@code tail} behind it. */
  Value append(Bytes tail) {
    byte[] from = tail.array();
    int fits = Math.min(last.length - lastUsed, from.length);
    System.arraycopy(from, 0, last, lastUsed, fits);
    int left = from.length - fits;
    if (left == 0) {
      return new Value(full, last, lastUsed + fits, length + fits);
    }
    byte[] chunk = new byte[Math.max(left, growth())];
    System.arraycopy(from, fits, chunk, 0, left);
    byte[][] grown = Arrays.copyOf(full, full.length + 1);
    grown[full.length] = last;
    return new Value(grown, chunk, left, length + from.length);
  }

  private int growth() {
    return Math.min(MAX_GROWTH_BYTES, Math.max(MIN_GROWTH_BYTES, length));
  }

  /** In bytes. */
  public int length() {
    return length;
  }

  /** The bytes; where they lie in one chunk they are not copied. */
  public ByteString toByteString() {
    ByteString joined = ByteString.EMPTY;
    for (byte[] chunk : full) {
      joined = joined.concat(UnsafeByteOperations.unsafeWrap(chunk));
    }
    return joined.concat(UnsafeByteOperations.unsafeWrap(last, 0, lastUsed));
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    byte[] joined = length == 0 ? NOTHING : new byte[length];
    int at = 0;
    for (byte[] chunk : full) {
      System.arraycopy(chunk, 0, joined, at, chunk.length);
      at += chunk.length;
    }
    System.arraycopy(last, 0, joined, at, lastUsed);
    return joined;
  }

  @Override
  public String toString() {
    return "Value[" + length + "]";
  }
}
