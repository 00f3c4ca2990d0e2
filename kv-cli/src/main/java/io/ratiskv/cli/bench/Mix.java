package io.ratiskv.cli.bench;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** How often each kind of call is made, relative to the others. */
public final class Mix {
  private static final int MAX_WEIGHT = 1_000_000;

  private final Map<Kind, Integer> weights;
  private final int sum;

  private Mix(Map<Kind, Integer> weights) {
    this.weights = weights;
    this.sum = weights.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** That kind alone. */
  public static Mix only(Kind kind) {
    return parse(kind.label());
  }

  /**
   * Reads {@code put=50,get=40,append=10}; a kind without a number has the weight 1.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  public static Mix parse(String text) {
    Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      Kind kind = kind(equals < 0 ? part : part.substring(0, equals));
      int weight = equals < 0 ? 1 : weight(part.substring(equals + 1));
      if (weights.put(kind, weight) != null) {
        throw new IllegalArgumentException(kind.label() + " is there twice");
      }
    }
    weights.values().removeIf(weight -> weight == 0);
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' leaves nothing to do");
    }
    return new Mix(weights);
  }

  private static Kind kind(String text) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.label().equals(text.strip().toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("'" + text + "' is not put, get or append"));
  }

  private static int weight(String text) {
    try {
      int weight = Integer.parseInt(text.strip());
      if (weight >= 0 && weight <= MAX_WEIGHT) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // As for a number that is out of bounds.
    }
    throw new IllegalArgumentException("'" + text + "' is not a number from 0 to " + MAX_WEIGHT);
  }

  boolean has(Kind kind) {
    return weights.containsKey(kind);
  }

  Kind next(SplittableRandom random) {
    int left = random.nextInt(sum);
    for (Map.Entry<Kind, Integer> entry : weights.entrySet()) {
      left -= entry.getValue();
      if (left < 0) {
        return entry.getKey();
      }
    }
    throw new IllegalStateException("weights changed");
  }

  /** What {@link #parse} reads. */
  @Override
  public String toString() {
    return weights.entrySet().stream()
        .map(entry -> entry.getKey().label() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }
}
