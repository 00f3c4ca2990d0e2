package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ratiskv.client.KvClient;
import io.ratiskv.testkit.KvClusterExtension;
import io.ratiskv.testkit.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KvClusterExtension.class)
class GreetingTest {
  @Test
  void aGreetingOutlivesTheLeader(TestCluster cluster, KvClient kv) {
    kv.put("greeting", "hello");
    cluster.snapshotNow();
    String killed = cluster.killLeader();
    kv.append("greeting", ", world");
    assertEquals("hello, world", kv.get("greeting").valueAsString());
    cluster.restart(killed);

    cluster.partitionLeader();
    kv.put("greeting", "hello, others");
    cluster.heal();
    assertEquals("hello, others", kv.get("greeting").valueAsString());
  }
}
