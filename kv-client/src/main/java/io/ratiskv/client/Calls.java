package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Operation;
import java.nio.charset.StandardCharsets;

/** Makes calls of what the user passed, or says what is wrong with it. */
final class Calls {
  private Calls() {}

  static PendingRead get(byte[] key, long timeoutNanos, boolean direct) {
    checkKey(key);
    return new PendingRead(key, timeoutNanos, direct);
  }

  static PendingWrite<PutResult> put(byte[] key, byte[] value, long timeoutNanos, boolean direct) {
    checkKey(key);
    checkValue(value);
    return new PendingWrite<>(
        Operation.Kind.PUT,
        key,
        value,
        (version, length) -> new PutResult(version),
        timeoutNanos,
        direct);
  }

  static PendingWrite<AppendResult> append(
      byte[] key, byte[] value, long timeoutNanos, boolean direct) {
    checkKey(key);
    checkValue(value);
    return new PendingWrite<>(
        Operation.Kind.APPEND, key, value, AppendResult::new, timeoutNanos, direct);
  }

  static PendingResolve resolve(RequestId id, long timeoutNanos, boolean direct) {
    return new PendingResolve(requireNonNull(id, "id"), timeoutNanos, direct);
  }

  /**
   * UTF-8.
   *
   * @throws IllegalArgumentException for half a surrogate pair: it has no UTF-8, and two such keys
   *     would silently be one
   */
  static byte[] utf8(String text, String name) {
    requireNonNull(text, name);
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.isBmpCodePoint(text.codePointAt(i))) {
          throw new IllegalArgumentException(name + " has half a surrogate pair at " + i);
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void checkKey(byte[] key) {
    requireNonNull(key, "key");
    if (key.length == 0) {
      throw new LimitExceededException("bytes of the key", 0, 1);
    }
    if (key.length > Limits.MAX_KEY_BYTES) {
      throw new LimitExceededException("bytes of the key", key.length, Limits.MAX_KEY_BYTES);
    }
  }

  private static void checkValue(byte[] value) {
    requireNonNull(value, "value");
    if (value.length > Limits.MAX_VALUE_BYTES) {
      throw new LimitExceededException("bytes of the value", value.length, Limits.MAX_VALUE_BYTES);
    }
  }
}
