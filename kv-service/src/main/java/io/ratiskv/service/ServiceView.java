package io.ratiskv.service;

import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.service.metrics.Metrics;
import java.util.List;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;

/** What can be seen of a service from outside. Any thread may look; nothing waits for others. */
final class ServiceView {
  private final Metrics metrics;
  private final AdminHandler admin;
  private final RaftServer.Division division;
  private final Function<RaftPeer, String> endpoints;

  ServiceView(
      Metrics metrics,
      AdminHandler admin,
      RaftServer.Division division,
      Function<RaftPeer, String> endpoints) {
    this.metrics = metrics;
    this.admin = admin;
    this.division = division;
    this.endpoints = endpoints;
  }

  /** All metrics, as text for Prometheus. */
  String metrics() {
    return metrics.text();
  }

  ServerStatus status() {
    return admin.status();
  }

  Readiness readiness() {
    return Readiness.of(division);
  }

  /** The members as this server knows them. */
  List<Peer> peers() {
    return division.getRaftConf().getAllPeers().stream()
        .map(peer -> new Peer(peer.getId().toString(), endpoints.apply(peer)))
        .sorted(java.util.Comparator.comparing(Peer::id))
        .toList();
  }

  /** A member, and where clients reach it. */
  record Peer(String id, String endpoint) {}
}
