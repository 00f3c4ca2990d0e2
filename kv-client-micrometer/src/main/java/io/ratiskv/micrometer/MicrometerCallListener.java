package io.ratiskv.micrometer;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.ratiskv.client.CallListener;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Times the calls of a client: the timer {@value #NAME}, by {@code kind} of the call and by its
 * {@code end}. For {@link io.ratiskv.client.KvClientBuilder#callListener}. Safe for any number of
 * threads and clients.
 */
public final class MicrometerCallListener implements CallListener {
  /** The name of the timers. */
  public static final String NAME = "ratiskv.client.calls";

  private final Map<Kind, Map<End, Timer>> timers = new EnumMap<>(Kind.class);

  /**
   * Makes all timers at once, so that each is there with a count of zero.
   *
   * @param tags more of them, keys and values by turns: which client it is, say
   */
  public MicrometerCallListener(MeterRegistry registry, String... tags) {
    requireNonNull(registry, "registry");
    for (Kind kind : Kind.values()) {
      Map<End, Timer> ends = new EnumMap<>(End.class);
      for (End end : End.values()) {
        ends.put(
            end,
            Timer.builder(NAME)
                .description("Calls of the client, by kind and end")
                .tags(tags)
                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                .tag("end", end.name().toLowerCase(Locale.ROOT))
                .register(registry));
      }
      timers.put(kind, ends);
    }
  }

  @Override
  public void ended(Kind kind, End end, long nanos) {
    requireNonNull(requireNonNull(timers.get(kind)).get(end)).record(nanos, TimeUnit.NANOSECONDS);
  }
}
