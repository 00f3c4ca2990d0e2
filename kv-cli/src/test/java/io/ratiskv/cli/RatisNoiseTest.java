package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RatisNoiseTest {
  private final LoggerContext context = new LoggerContext();
  private long now = 1;
  private final RatisNoise noise = new RatisNoise(() -> now);

  RatisNoiseTest() {
    context.getLogger("org.apache.ratis").setLevel(Level.WARN);
  }

  @Test
  void aClassOfRatisIsHeardSoOftenAMinute() {
    assertThat(heard("org.apache.ratis.X", Level.WARN, 100)).isEqualTo(RatisNoise.LINES);
    assertThat(heard("org.apache.ratis.Y", Level.WARN, 5)).isEqualTo(5);
    now += TimeUnit.MINUTES.toNanos(1);
    assertThat(heard("org.apache.ratis.X", Level.WARN, 1)).isEqualTo(1);
  }

  @Test
  void oursIsAlwaysHeard() {
    assertThat(heard("io.ratiskv.service.KvServer", Level.WARN, 100)).isEqualTo(100);
  }

  @Test
  void whatIsNotLoggedAnywayDoesNotCount() {
    heard("org.apache.ratis.X", Level.INFO, 100);
    assertThat(heard("org.apache.ratis.X", Level.WARN, 1)).isEqualTo(1);
  }

  @Test
  void whoAsksForMoreGetsAll() {
    context.getLogger("org.apache.ratis").setLevel(Level.INFO);
    assertThat(heard("org.apache.ratis.X", Level.WARN, 100)).isEqualTo(100);
  }

  private long heard(String logger, Level level, int times) {
    long heard = 0;
    for (int i = 0; i < times; i++) {
      if (noise.decide(null, context.getLogger(logger), level, "words", null, null)
          != FilterReply.DENY) {
        heard++;
      }
    }
    return heard;
  }
}
