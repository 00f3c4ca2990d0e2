package io.ratiskv.cli;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Tls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How often servers were sent a batch again that they had answered. */
final class Repetitions {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final long UNKNOWN = -1;

  private Repetitions() {}

  /** Since they started, on the server that counts most; -1 where none can be asked. */
  static long count(List<String> endpoints, @Nullable Tls tls) {
    try (KvAdmin admin = KvAdmin.withTimeout(TIMEOUT, tls)) {
      return endpoints.stream().mapToLong(server -> count(admin, server)).max().orElse(UNKNOWN);
    }
  }

  private static long count(KvAdmin admin, String endpoint) {
    try {
      return admin.status(endpoint).duplicates();
    } catch (KvException e) {
      return UNKNOWN;
    }
  }

  /** A server that was restarted meanwhile has begun to count anew. */
  static String between(long before, long after) {
    return before == UNKNOWN || after < before ? "unknown" : Long.toString(after - before);
  }
}
