package io.ratiskv.client;

import java.nio.charset.StandardCharsets;

/** The answer to a get. Immutable. */
public final class GetResult {
  private final boolean found;
  private final byte[] value;
  private final long version;

  /** Takes the array over. */
  GetResult(boolean found, byte[] value, long version) {
    this.found = found;
    this.value = value;
    this.version = version;
  }

  /** False where the cluster has no such key; an empty value is found. */
  public boolean found() {
    return found;
  }

  /** A copy of the value; empty where the key was not found. */
  public byte[] value() {
    return value.clone();
  }

  /** The value read as UTF-8, with U+FFFD in place of what isn't; empty where not found. */
  public String valueAsString() {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** The log index of the last write to the key; 0 where it was not found. */
  public long version() {
    return version;
  }

  @Override
  public String toString() {
    return found ? value.length + " bytes, version " + version : "not found";
  }
}
