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

  private final byte[][] chunks;
  private final int length;

  /** Bytes of the last chunk that belong to this value. */
  private final int lastUsed;

  private Value(byte[][] chunks, int length, int lastUsed) {
    this.chunks = chunks;
    this.length = length;
    this.lastUsed = lastUsed;
  }

  static Value of(Bytes bytes) {
    return new Value(new byte[][] {bytes.array()}, bytes.length(), bytes.length());
  }

  /** This value with {@code tail} behind it. */
  Value append(Bytes tail) {
    byte[] from = tail.array();
    byte[] last = chunks[chunks.length - 1];
    int fits = Math.min(last.length - lastUsed, from.length);
    System.arraycopy(from, 0, last, lastUsed, fits);
    int left = from.length - fits;
    if (left == 0) {
      return new Value(chunks, length + fits, lastUsed + fits);
    }
    byte[] chunk = new byte[Math.max(left, growth())];
    System.arraycopy(from, fits, chunk, 0, left);
    byte[][] grown = Arrays.copyOf(chunks, chunks.length + 1);
    grown[chunks.length] = chunk;
    return new Value(grown, length + from.length, left);
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
    for (int i = 0; i < chunks.length; i++) {
      joined = joined.concat(UnsafeByteOperations.unsafeWrap(chunks[i], 0, used(i)));
    }
    return joined;
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    byte[] joined = length == 0 ? NOTHING : new byte[length];
    int at = 0;
    for (int i = 0; i < chunks.length; i++) {
      System.arraycopy(chunks[i], 0, joined, at, used(i));
      at += used(i);
    }
    return joined;
  }

  private int used(int chunk) {
    return chunk == chunks.length - 1 ? lastUsed : chunks[chunk].length;
  }

  @Override
  public String toString() {
    return "Value[" + length + "]";
  }
}
