package io.ratiskv.client;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.ChangeParametersReply;
import io.ratiskv.protocol.v1.ChangeParametersRequest;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.protocol.v1.TakeSnapshotReply;
import io.ratiskv.protocol.v1.TakeSnapshotRequest;
import io.ratiskv.protocol.v1.Welcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Servers over real gRPC that share one state, one of which leads. */
final class FakeCluster implements AutoCloseable {
  static final String NAME = "fake";

  /** What a server does with a message, other than answer it. */
  interface Rule {
    /** Null: answer as usual. */
    @Nullable List<ServerMessage> meet(ClientMessage message);
  }

  private final FakeState state = new FakeState();
  private final List<Node> nodes = new ArrayList<>();
  private volatile int leader;
  private volatile Rule rule = message -> null;

  FakeCluster(int size) {
    for (int i = 0; i < size; i++) {
      nodes.add(new Node(i));
    }
  }

  FakeState state() {
    return state;
  }

  List<String> endpoints() {
    return nodes.stream().map(Node::endpoint).toList();
  }

  String endpoint(int node) {
    return nodes.get(node).endpoint();
  }

  /** -1: none leads. */
  void lead(int node) {
    leader = node;
  }

  void rule(Rule next) {
    rule = next;
  }

  void kill(int node) {
    nodes.get(node).server.shutdownNow();
    try {
      nodes.get(node).server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    IntStream.range(0, nodes.size()).forEach(this::kill);
  }

  private @Nullable Leader leader() {
    int now = leader;
    return now < 0 ? null : Messages.leader("n" + now, endpoint(now));
  }

  private final class Node extends KvGrpc.KvImplBase {
    private final int number;
    private final Server server;

    Node(int number) {
      this.number = number;
      try {
        server =
            NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .maxInboundMessageSize(Limits.MAX_MESSAGE_BYTES)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .addService(this)
                .addService(new Admin(number))
                .build()
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String endpoint() {
      return "127.0.0.1:" + server.getPort();
    }

    @Override
    public StreamObserver<ClientMessage> connect(StreamObserver<ServerMessage> out) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientMessage message) {
          List<ServerMessage> answers = rule.meet(message);
          (answers == null ? answer(message) : answers).forEach(out::onNext);
        }

        @Override
        public void onError(Throwable t) {
          // The client has gone.
        }

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }

    private List<ServerMessage> answer(ClientMessage message) {
      Leader now = leader();
      if (message.hasHello()) {
        Welcome.Builder welcome =
            Welcome.newBuilder().setProtocolVersion(1).setCluster(NAME).setServer("n" + number);
        if (now != null) {
          welcome.setLeader(now);
        }
        return List.of(ServerMessage.newBuilder().setWelcome(welcome).build());
      }
      if (leader == number) {
        return state.answer(message);
      }
      var refusal = Messages.refusal(message, Code.NOT_LEADER);
      if (now != null) {
        refusal.setLeader(now);
      }
      return List.of(ServerMessage.newBuilder().setRefusal(refusal).build());
    }
  }

  private static final class Admin extends AdminGrpc.AdminImplBase {
    private final int number;

    Admin(int number) {
      this.number = number;
    }

    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<ServerStatus> out) {
      out.onNext(
          ServerStatus.newBuilder()
              .setCluster(NAME)
              .setServer("n" + number)
              .setRole(ServerStatus.Role.FOLLOWER)
              .setTerm(3)
              .setSnapshotIndex(-1)
              .setDigest(-7)
              .setSessionTtlMillis(600_000)
              .setEpoch(2)
              .setExpired(5)
              .build());
      out.onCompleted();
    }

    @Override
    public void changeParameters(
        ChangeParametersRequest request, StreamObserver<ChangeParametersReply> out) {
      if (number == 0) {
        out.onNext(
            ChangeParametersReply.newBuilder()
                .setSessionTtlMillis(request.getSessionTtlMillis())
                .build());
        out.onCompleted();
      } else {
        out.onError(Status.UNAVAILABLE.withDescription("not the leader").asRuntimeException());
      }
    }

    @Override
    public void takeSnapshot(TakeSnapshotRequest request, StreamObserver<TakeSnapshotReply> out) {
      if (number == 0) {
        out.onNext(TakeSnapshotReply.newBuilder().setIndex(42).build());
        out.onCompleted();
      } else if (number == 1) {
        out.onError(Status.PERMISSION_DENIED.withDescription("not you").asRuntimeException());
      }
      // The others never answer.
    }
  }
}
