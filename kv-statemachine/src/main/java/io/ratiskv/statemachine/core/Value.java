package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a key maps to, and its version: immutable to those who hold it, and yet cheap to append to.
 * There is one for each key, so its size counts: a value that was put is this object and its bytes.
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
  private static final byte[][] NO_CHUNKS = new byte[0][];

  private final long version;

  /** The end of the key, which no node of the {@link RadixTree} tells. Not for changing. */
  private final byte[] keyEnd;

  private final byte[] last;

  /** How the value lies in chunks; null: {@link #last} is all of it. */
  private final @Nullable Chunks chunks;

  /** Of a value that was appended to. */
  private static final class Chunks {
    /** Those before the last. */
    final byte[][] full;

    /** Bytes of the last chunk that belong to the value. */
    final int lastUsed;

    /** Of the whole value. */
    final int length;

    Chunks(byte[][] full, int lastUsed, int length) {
      this.full = full;
      this.lastUsed = lastUsed;
      this.length = length;
    }
  }

  private Value(long version, byte[] keyEnd, byte[] last, @Nullable Chunks chunks) {
    this.version = version;
    this.keyEnd = keyEnd;
    this.last = last;
    this.chunks = chunks;
  }

  /** One that isn't in a tree yet. */
  static Value of(Bytes bytes, long version) {
    return new Value(version, Bytes.NONE, bytes.array(), null);
  }

  /** The same one, for a place in the tree where this much of the key is still to be told. */
  Value withKeyEnd(byte[] newKeyEnd) {
    return newKeyEnd == keyEnd ? this : new Value(version, newKeyEnd, last, chunks);
  }

  /** This value with {@code tail} behind it, in the same place. */
  Value append(Bytes tail, long newVersion) {
    Chunks old = chunks();
    byte[] from = tail.array();
    int length = old.length + from.length;
    int fits = Math.min(last.length - old.lastUsed, from.length);
    System.arraycopy(from, 0, last, old.lastUsed, fits);
    int left = from.length - fits;
    if (left == 0) {
      Chunks same = new Chunks(old.full, old.lastUsed + fits, length);
      return new Value(newVersion, keyEnd, last, same);
    }
    byte[] chunk = new byte[Math.max(left, growth())];
    System.arraycopy(from, fits, chunk, 0, left);
    byte[][] full = Arrays.copyOf(old.full, old.full.length + 1);
    full[old.full.length] = last;
    return new Value(newVersion, keyEnd, chunk, new Chunks(full, left, length));
  }

  private Chunks chunks() {
    return chunks == null ? new Chunks(NO_CHUNKS, last.length, last.length) : chunks;
  }

  private int growth() {
    return Math.min(MAX_GROWTH_BYTES, Math.max(MIN_GROWTH_BYTES, length()));
  }

  /** The log index of the entry that wrote it. */
  public long version() {
    return version;
  }

  /** In bytes. */
  public int length() {
    return chunks == null ? last.length : chunks.length;
  }

  byte[] keyEnd() {
    return keyEnd;
  }

  /** The bytes; where they lie in one chunk they are not copied. */
  public ByteString toByteString() {
    Chunks all = chunks();
    ByteString joined = ByteString.EMPTY;
    for (byte[] chunk : all.full) {
      joined = joined.concat(UnsafeByteOperations.unsafeWrap(chunk));
    }
    return joined.concat(UnsafeByteOperations.unsafeWrap(last, 0, all.lastUsed));
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    Chunks all = chunks();
    byte[] joined = new byte[all.length];
    int at = 0;
    for (byte[] chunk : all.full) {
      System.arraycopy(chunk, 0, joined, at, chunk.length);
      at += chunk.length;
    }
    System.arraycopy(last, 0, joined, at, all.lastUsed);
    return joined;
  }

  @Override
  public String toString() {
    return "Value[" + length() + "]";
  }
}
