package io.ratiskv.it.chaos;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.Messages;
import io.ratiskv.it.RawClient;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;

/** A session whose client goes away without a word, so that it has to expire. */
final class AbandonedSession {
  /** Far more than a client with calls under way is ever silent. */
  private static final Duration TTL = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private AbandonedSession() {}

  /** Has sessions expire soon, on all servers, through the log. */
  static void shortenTtl(ChaosCluster cluster) {
    try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(5))) {
      Eventually.until(
          "a leader that shortens the TTL",
          () -> cluster.leader().filter(id -> change(admin, cluster.endpoint(id))).isPresent());
    }
  }

  private static boolean change(KvAdmin admin, String endpoint) {
    try {
      return admin.changeSessionTtl(endpoint, TTL).equals(TTL);
    } catch (KvException e) {
      return false;
    }
  }

  /** Opens one at the leader and leaves it; false if it could not be opened. */
  static boolean leave(ChaosCluster cluster) {
    String leader = cluster.leader().orElse("");
    if (leader.isEmpty() || cluster.status(leader).filter(AbandonedSession::leads).isEmpty()) {
      return false;
    }
    String endpoint = cluster.endpoint(leader);
    int colon = endpoint.lastIndexOf(':');
    String host = endpoint.substring(0, colon);
    int port = Integer.parseInt(endpoint.substring(colon + 1));
    try (RawClient client = new RawClient(host, port)) {
      client.send(Messages.hello(cluster.name()));
      client.send(Messages.open(Messages.nonce()));
      return client
          .poll(AbandonedSession::isAnswer, PATIENCE)
          .filter(ServerMessage::hasOpened)
          .isPresent();
    }
  }

  private static boolean leads(ServerStatus status) {
    return status.role() == ServerStatus.Role.LEADER;
  }

  private static boolean isAnswer(ServerMessage message) {
    return message.hasOpened() || message.hasRefusal();
  }
}
