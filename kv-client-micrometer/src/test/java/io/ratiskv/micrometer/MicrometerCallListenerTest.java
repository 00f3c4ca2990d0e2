package io.ratiskv.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.ratiskv.client.CallListener.End;
import io.ratiskv.client.CallListener.Kind;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerCallListenerTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerCallListener listener =
      new MicrometerCallListener(registry, "client", "shop");

  @Test
  void timesByKindAndEnd() {
    listener.ended(Kind.PUT, End.DONE, 2_000_000);
    listener.ended(Kind.PUT, End.DONE, 4_000_000);
    listener.ended(Kind.GET, End.UNKNOWN, 1_000_000);

    assertThat(timer("put", "done").count()).isEqualTo(2);
    assertThat(timer("put", "done").totalTime(TimeUnit.MILLISECONDS)).isEqualTo(6);
    assertThat(timer("get", "unknown").count()).isEqualTo(1);
    assertThat(timer("append", "not_applied").count()).isZero();
  }

  @Test
  void aClientTellsIt() {
    try (KvClient kv =
        KvClient.builder()
            .endpoints("127.0.0.1:1")
            .timeout(Duration.ofMillis(50))
            .callListener(listener)
            .build()) {
      kv.put("k", "v");
    } catch (KvException e) {
      // Nobody listens there.
    }
    assertThat(timer("put", "not_applied").count()).isEqualTo(1);
  }

  private Timer timer(String kind, String end) {
    return registry
        .get(MicrometerCallListener.NAME)
        .tags("kind", kind, "end", end, "client", "shop")
        .timer();
  }
}
