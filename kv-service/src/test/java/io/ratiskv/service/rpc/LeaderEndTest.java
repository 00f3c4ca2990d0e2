package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real Ratis servers whose election timeouts are longer than this takes. */
class LeaderEndTest {
  private static final int SERVERS = 3;
  private static final TimeDuration TIMEOUT = TimeDuration.valueOf(2, TimeUnit.MINUTES);

  /** A follower has last heard its leader half of one before, at the most. */
  private static final Duration LESS_THAN_A_TIMEOUT = Duration.ofSeconds(50);

  /** Should the first election have no winner. */
  private static final Duration SOME_TIMEOUTS = Duration.ofMinutes(10);

  @TempDir Path temporary;

  private final RaftGroupId id = RaftGroupId.valueOf(UUID.randomUUID());
  private final List<RaftServer> servers = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    List<RaftPeer> peers = new ArrayList<>();
    for (int port : freePorts()) {
      peers.add(
          RaftPeer.newBuilder()
              .setId("n" + (peers.size() + 1))
              .setAddress("127.0.0.1:" + port)
              .build());
    }
    for (RaftPeer peer : peers) {
      RaftServer server = server(peer, RaftGroup.valueOf(id, peers));
      servers.add(server);
      server.start();
    }
  }

  private static List<Integer> freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    for (int i = 0; i < SERVERS; i++) {
      sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }
    List<Integer> ports = new ArrayList<>();
    for (ServerSocket socket : sockets) {
      ports.add(socket.getLocalPort());
      socket.close();
    }
    return ports;
  }

  private RaftServer server(RaftPeer peer, RaftGroup group) throws IOException {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, new RaftRpc());
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
        properties, TimeDuration.valueOf(100, TimeUnit.MILLISECONDS));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
        properties, TimeDuration.valueOf(300, TimeUnit.MILLISECONDS));
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, TIMEOUT);
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, TIMEOUT.multiply(2));
    RaftServerConfigKeys.setStorageDir(
        properties, List.of(temporary.resolve(peer.getId().toString()).toFile()));
    String address = peer.getAddress();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    InetSocketAddress own = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return RaftServer.newBuilder()
        .setServerId(peer.getId())
        .setGroup(group)
        .setProperties(properties)
        .setParameters(new RaftPort(own, null, other -> true).parameters())
        .setStateMachine(new BaseStateMachine())
        .build();
  }

  @AfterEach
  void stop() throws IOException {
    for (RaftServer server : servers) {
      server.close();
    }
  }

  private DivisionInfo info(RaftServer server) throws IOException {
    return server.getDivision(id).getInfo();
  }

  /** Whom all of them follow; itself, in the leader's case. */
  private Optional<RaftPeerId> leader() throws IOException {
    Set<RaftPeerId> leaders = new HashSet<>();
    for (RaftServer server : servers) {
      RaftPeerId leader = info(server).getLeaderId();
      if (leader == null) {
        return Optional.empty();
      }
      leaders.add(leader);
    }
    return leaders.size() == 1 ? Optional.of(leaders.iterator().next()) : Optional.empty();
  }

  private RaftServer awaitLeaderOtherThan(@Nullable RaftPeerId former, Duration atMost) {
    RaftPeerId leader =
        await()
            .atMost(atMost)
            .until(this::leader, now -> now.filter(id -> !id.equals(former)).isPresent())
            .orElseThrow();
    return servers.stream().filter(each -> each.getId().equals(leader)).findAny().orElseThrow();
  }

  /** All have what the leader began with; with less nobody is elected. */
  private boolean isWritten() throws IOException {
    for (RaftServer server : servers) {
      if (server.getDivision(id).getRaftLog().getFlushIndex() < 0) {
        return false;
      }
    }
    return true;
  }

  /** By timeouts it took the longer, the longer a pause of a leader they were to allow. */
  @Test
  void aLeaderThatEndsIsSucceededWithoutATimeout() throws IOException {
    RaftServer first = awaitLeaderOtherThan(null, SOME_TIMEOUTS);
    await().until(this::isWritten);
    long term = info(first).getCurrentTerm();
    servers.remove(first);
    first.close();
    RaftServer second = awaitLeaderOtherThan(first.getId(), LESS_THAN_A_TIMEOUT);
    assertThat(info(second).isLeader()).isTrue();
    assertThat(info(second).getCurrentTerm()).isGreaterThan(term);
  }
}
