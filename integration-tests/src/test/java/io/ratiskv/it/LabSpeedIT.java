package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lab's two tests named Speed: three appends in the time of a heart-beat of 100 ms. That is far
 * below what the service does; it shows a write that waits for a timer.
 */
class LabSpeedIT {
  private static final Logger LOG = LoggerFactory.getLogger(LabSpeedIT.class);
  private static final int APPENDS = 1000;
  private static final long NANOS = APPENDS * TimeUnit.MILLISECONDS.toNanos(100) / 3;

  private static void appendOneAfterTheOther(KvCluster cluster) {
    try (KvClient kv = cluster.client()) {
      kv.put("x", "");
      StringBuilder expected = new StringBuilder();
      long begun = System.nanoTime();
      int done = 0;
      while (done < APPENDS && System.nanoTime() - begun < NANOS) {
        String token = "x 0 " + done + " y";
        kv.append("x", token);
        expected.append(token);
        done++;
      }
      LOG.warn("{} appends in {} ms", done, (System.nanoTime() - begun) / 1_000_000);
      assertThat(kv.get("x").valueAsString()).isEqualTo(expected.toString());
      assertThat(done).isEqualTo(APPENDS);
    }
  }

  @Nested
  class WithoutSnapshots {
    @RegisterExtension final KvCluster cluster = LabScenario.neverSnapshotting(3);

    @Test
    void speed() {
      appendOneAfterTheOther(cluster);
    }
  }

  @Nested
  class WithSnapshots {
    @RegisterExtension final KvCluster cluster = LabScenario.snapshotting(3);

    @Test
    void speed() {
      appendOneAfterTheOther(cluster);
      LabSizes.assertSnapshots(cluster);
    }
  }
}
