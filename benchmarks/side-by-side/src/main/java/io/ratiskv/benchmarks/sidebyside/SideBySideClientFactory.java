package io.ratiskv.benchmarks.sidebyside;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kvbench.ClientFactory;
import kvbench.Target;

/** Opens clients with the settings that every user has, one connection each. */
public final class SideBySideClientFactory implements ClientFactory {
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(1);

  /** Made by the harness. */
  public SideBySideClientFactory() {}

  @Override
  public Target open(List<String> endpoints, int index, Map<String, String> options) {
    return new AsyncTarget(AsyncKvClient.builder().endpoints(endpoints).buildAsync());
  }

  /** Of two that hold themselves for the leader, the one with the later term is. */
  @Override
  public int leader(List<String> endpoints) {
    int leader = -1;
    long leaderTerm = -1;
    try (KvAdmin admin = KvAdmin.withTimeout(STATUS_TIMEOUT)) {
      for (int i = 0; i < endpoints.size(); i++) {
        long term = termOfLeader(admin, endpoints.get(i));
        if (term > leaderTerm) {
          leader = i;
          leaderTerm = term;
        }
      }
    }
    return leader;
  }

  /** The term in which the server leads, or -1. */
  private static long termOfLeader(KvAdmin admin, String endpoint) {
    try {
      ServerStatus status = admin.status(endpoint);
      return status.role() == ServerStatus.Role.LEADER ? status.term() : -1;
    } catch (KvException e) {
      return -1; // It is down.
    }
  }
}
