package io.ratiskv.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What is called: which kinds, on which keys, with what values. Appended keys are others than those
 * that are put and read; when one has grown, a new one takes its place.
 */
public final class Workload {
  private static final int VALUES = 64;
  private static final int LARGEST_APPENDED = 64 << 10;

  private final Mix mix;
  private final Distribution distribution;
  private final int keys;
  private final Distribution.Choice choice;
  private final byte[][] values;
  private final AtomicIntegerArray appends;
  private final String run;

  /**
   * @param run part of the appended keys: to go on with those of another run would measure longer
   *     values
   */
  public Workload(Mix mix, Distribution distribution, int keys, int valueBytes, String run) {
    this.mix = mix;
    this.distribution = distribution;
    this.keys = keys;
    this.run = run;
    choice = distribution.over(keys);
    values = values(valueBytes);
    appends = new AtomicIntegerArray(mix.has(Kind.APPEND) ? keys : 0);
  }

  /** Bytes that nothing compresses. */
  private static byte[][] values(int bytes) {
    SplittableRandom random = new SplittableRandom(1);
    byte[][] values = new byte[VALUES][bytes];
    for (byte[] value : values) {
      random.nextBytes(value);
    }
    return values;
  }

  int keys() {
    return keys;
  }

  boolean reads() {
    return mix.has(Kind.GET);
  }

  Kind nextKind(SplittableRandom random) {
    return mix.next(random);
  }

  CompletableFuture<?> call(Kind kind, Target target, SplittableRandom random) {
    int key = choice.next(random);
    byte[] value = values[random.nextInt(VALUES)];
    return switch (kind) {
      case PUT -> target.put(key(key), value);
      case GET -> target.get(key(key)).thenApply(Workload::requireFound);
      case APPEND -> target.append(appendedKey(key), value);
    };
  }

  /** Writes a key, so that it can be read. */
  CompletableFuture<?> load(int key, Target target) {
    return target.put(key(key), values[key % VALUES]);
  }

  private static Boolean requireFound(Boolean found) {
    if (!found) {
      throw new MissingKeyException();
    }
    return found;
  }

  private byte[] key(int key) {
    return ("bench/" + digits(key)).getBytes(US_ASCII);
  }

  private byte[] appendedKey(int key) {
    int fitting = Math.max(1, LARGEST_APPENDED / Math.max(1, values[0].length));
    int generation = appends.getAndIncrement(key) / fitting;
    return ("bench-append/" + run + "/" + digits(key) + "/" + generation).getBytes(US_ASCII);
  }

  /** Ten of them. */
  private static String digits(int key) {
    return Long.toString(10_000_000_000L + key).substring(1);
  }

  @Override
  public String toString() {
    return mix
        + " on "
        + keys
        + " keys ("
        + distribution.name().toLowerCase(Locale.ROOT)
        + "), values of "
        + values[0].length
        + " bytes";
  }
}
