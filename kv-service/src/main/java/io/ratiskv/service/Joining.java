package io.ratiskv.service;

import io.grpc.StatusRuntimeException;
import io.ratiskv.protocol.v1.ClusterMember;
import io.ratiskv.protocol.v1.MemberList;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a server with an empty folder starts and waits to be added to a cluster: that its id is
 * new there. Under the id of a member it would be taken for that member, which knew more.
 */
final class Joining {
  private static final Logger LOG = LoggerFactory.getLogger(Joining.class);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(10);

  private final ServerConfig config;
  private final OtherServers others;

  Joining(ServerConfig config, OtherServers others) {
    this.config = config;
    this.others = others;
  }

  /**
   * Asks until the leader answers.
   *
   * @return the epoch of the cluster
   * @throws ForgottenException if the id is a member's, or was one
   */
  long checkId() throws IOException {
    long noted = System.nanoTime();
    try {
      for (MemberList list = ask(); ; list = ask()) {
        if (list != null) {
          check(list);
          return list.getEpoch();
        }
        if (System.nanoTime() - noted > BETWEEN_NOTES.toNanos()) {
          noted = System.nanoTime();
          LOG.warn("{} is to join a cluster, and finds no leader to ask", config.id());
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while it looked for the leader");
    }
  }

  private void check(MemberList list) throws ForgottenException {
    if (list.getMembersList().stream()
        .map(ClusterMember::getServer)
        .anyMatch(config.id()::equals)) {
      throw new ForgottenException(
          "its data folder "
              + config.data()
              + " is empty, and "
              + config.id()
              + " is a member of the cluster already: remove that one, and join under another id");
    }
    if (list.getRetiredList().contains(config.id())) {
      throw new ForgottenException(
          config.id() + " was a member of the cluster, and left it: join under another id");
    }
  }

  private @Nullable MemberList ask() {
    Set<String> endpoints = new LinkedHashSet<>();
    config.members().stream()
        .filter(member -> !member.id().equals(config.id()))
        .forEach(member -> endpoints.add(member.client().toString()));
    for (String endpoint : Set.copyOf(endpoints)) {
      others.leaderEndpoint(endpoint).ifPresent(endpoints::add);
    }
    for (String endpoint : endpoints) {
      try {
        return others.members(endpoint);
      } catch (StatusRuntimeException e) {
        LOG.debug("{} doesn't tell the members", endpoint, e);
      }
    }
    return null;
  }
}
