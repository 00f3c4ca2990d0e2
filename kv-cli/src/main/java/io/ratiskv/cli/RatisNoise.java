package io.ratiskv.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Lets each of Ratis's classes say so many lines a minute; what is beyond is counted, and how much
 * it was is said with its first line after that. Whoever asked for more of Ratis's lines by a lower
 * level gets all. Logback makes one, and calls it before anything is formatted.
 */
public final class RatisNoise extends TurboFilter {
  static final int LINES = 20;

  private static final String RATIS = "org.apache.ratis.";
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final LongSupplier nanoTime;
  private final Map<String, Minute> minutes = new ConcurrentHashMap<>();

  /** What a class has said since then. */
  private record Minute(long begun, int lines) {}

  public RatisNoise() {
    this(System::nanoTime);
  }

  RatisNoise(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] params,
      @Nullable Throwable t) {
    if (!logger.getName().startsWith(RATIS)
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())
        || !logger.getEffectiveLevel().isGreaterOrEqual(Level.WARN)) {
      return FilterReply.NEUTRAL;
    }
    return isHeard(logger.getName()) ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  private boolean isHeard(String name) {
    long now = nanoTime.getAsLong();
    Minute[] ended = new Minute[1];
    Minute minute =
        minutes.compute(
            name,
            (key, last) -> {
              if (last != null && now - last.begun() < MINUTE_NANOS) {
                return new Minute(last.begun(), last.lines() + 1);
              }
              ended[0] = last;
              return new Minute(now, 1);
            });
    if (ended[0] != null && ended[0].lines() > LINES) {
      LoggerFactory.getLogger(RatisNoise.class)
          .warn("{} had {} more lines like its last", name, ended[0].lines() - LINES);
    }
    return minute.lines() <= LINES;
  }
}
