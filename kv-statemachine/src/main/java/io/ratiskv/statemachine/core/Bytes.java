package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Immutable bytes, ordered as unsigned. Shares its array with nobody. */
public final class Bytes implements Comparable<Bytes> {
  static final byte[] NONE = new byte[0];

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Takes the array over: the caller doesn't touch it again. */
  static Bytes wrap(byte[] array) {
    return new Bytes(array);
  }

  /** A copy of some bytes of an array; of none, the same one each time. */
  static byte[] slice(byte[] array, int from, int to) {
    return from == to ? NONE : Arrays.copyOfRange(array, from, to);
  }

  /** A copy of {@code bytes}. */
  public static Bytes copyOf(ByteString bytes) {
    return new Bytes(bytes.toByteArray());
  }

  /** The UTF-8 bytes of {@code text}. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public int length() {
    return array.length;
  }

  /** The array itself, for reading only. */
  byte[] array() {
    return array;
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(array, other.array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  /** The length only: contents don't belong in logs. */
  @Override
  public String toString() {
    return "Bytes[" + array.length + "]";
  }
}
