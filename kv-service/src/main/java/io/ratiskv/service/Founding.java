package io.ratiskv.service;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.FoundingState;
import io.ratiskv.protocol.v1.GetFoundingRequest;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.service.security.Security;
import io.ratiskv.service.storage.Life;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How servers with empty folders find out that they are a new cluster, and that none of them is a
 * member that lost its disk and has forgotten what it promised.
 *
 * <p>Each asks all the others. It takes its place once every other one is as new as itself, or one
 * of them has taken its place together with this very life: that one has heard all of them. Who has
 * taken his place with another life, or none, tells of a cluster that this server once belonged to.
 * One that doesn't answer might be such, so it is waited for: whoever founds a cluster has to be
 * there, once.
 */
final class Founding {
  private static final Logger LOG = LoggerFactory.getLogger(Founding.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration BETWEEN_NOTES = Duration.ofSeconds(10);

  private final ServerConfig config;
  private final Life life;
  private final Peers peers;

  Founding(ServerConfig config, Life life, Peers peers) {
    this.config = config;
    this.life = life;
    this.peers = peers;
  }

  /** Asks another server; null if it doesn't answer. */
  interface Peers {
    @Nullable FoundingState ask(Member peer);
  }

  /** What a server says of its beginning. */
  static FoundingState answer(String cluster, String server, Life life) {
    return FoundingState.newBuilder()
        .setCluster(cluster)
        .setServer(server)
        .setLife(life.number())
        .setSettled(life.isSettled())
        .putAllFounders(life.founders())
        .build();
  }

  /**
   * Waits until all servers of the cluster are there and are new, and answers them meanwhile.
   *
   * @param security of the port; null: plain text
   * @return the lives of all, by their ids
   * @throws IOException if there is a cluster already, and this server isn't one of its founders
   */
  Map<String, String> await(@Nullable Security security) throws IOException {
    Server server = listen(security);
    try {
      long noted = System.nanoTime();
      for (int round = 0; ; round++) {
        Map<String, String> lives = new HashMap<>(Map.of(config.id(), life.number()));
        List<String> missing = ask(lives);
        if (missing.isEmpty()) {
          return lives;
        }
        if (round == 10 || System.nanoTime() - noted > BETWEEN_NOTES.toNanos()) {
          noted = System.nanoTime();
          LOG.warn(
              "{} is new, and waits for {}: a new cluster begins once all of its servers are there."
                  + " If it had data and lost it: stop it, and let it rejoin",
              config.id(),
              missing);
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while it waited for the others");
    } finally {
      server.shutdownNow();
      awaitEnd(server);
    }
  }

  private static void awaitEnd(Server server) {
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Adds the lives of those that answer; returns those that are still waited for. */
  List<String> ask(Map<String, String> lives) throws IOException {
    List<String> missing = new ArrayList<>();
    for (Member peer : config.members()) {
      if (peer.id().equals(config.id())) {
        continue;
      }
      FoundingState answer = peers.ask(peer);
      if (answer == null) {
        missing.add(peer.id());
        continue;
      }
      check(peer, answer);
      if (answer.getSettled()) {
        lives.putAll(answer.getFoundersMap());
        return List.of();
      }
      lives.put(peer.id(), answer.getLife());
    }
    return missing;
  }

  private void check(Member peer, FoundingState answer) throws IOException {
    if (!answer.getCluster().equals(config.cluster()) || !answer.getServer().equals(peer.id())) {
      throw new IOException(
          peer.client()
              + " is server "
              + answer.getServer()
              + " of cluster "
              + answer.getCluster()
              + ", not "
              + peer.id()
              + " of "
              + config.cluster());
    }
    checkMembers(peer, answer);
    if (answer.getSettled() && !life.number().equals(answer.getFoundersMap().get(config.id()))) {
      throw new ForgottenException(
          "its data folder "
              + config.data()
              + " is empty, and the cluster is there: "
              + peer.id()
              + " at "
              + peer.client()
              + " belongs to it. A member that lost its data may have promised what it doesn't know"
              + " any more, so it doesn't come back under its id");
    }
  }

  /** Two lists that overlap would make two majorities. */
  private void checkMembers(Member peer, FoundingState answer) throws IOException {
    Set<String> ids = config.members().stream().map(Member::id).collect(Collectors.toSet());
    Set<String> founders = answer.getFoundersMap().keySet();
    if (founders.contains(config.id()) && !founders.equals(ids)) {
      throw new IOException(
          "the cluster was founded by the servers "
              + new TreeSet<>(founders)
              + ", as "
              + peer.id()
              + " says, and here they are "
              + new TreeSet<>(ids));
    }
    List<String> here = members();
    if (!answer.getSettled() && !answer.getMembersList().equals(here)) {
      throw new IOException(
          "the servers of the new cluster are "
              + here
              + " here, and at "
              + peer.id()
              + " "
              + answer.getMembersList());
    }
  }

  private List<String> members() {
    return config.members().stream()
        .map(member -> member.id() + "=" + member.client() + "/" + member.raft())
        .sorted()
        .toList();
  }

  private Server listen(@Nullable Security security) throws IOException {
    AdminGrpc.AdminImplBase admin =
        new AdminGrpc.AdminImplBase() {
          @Override
          public void getFounding(GetFoundingRequest request, StreamObserver<FoundingState> out) {
            out.onNext(
                answer(config.cluster(), config.id(), life).toBuilder()
                    .addAllMembers(members())
                    .build());
            out.onCompleted();
          }
        };
    try {
      return Doors.open(config.self().client().address(), security)
          .addService(ServerInterceptors.intercept(admin, new NothingElse()))
          .addService(ServerInterceptors.intercept(new KvGrpc.KvImplBase() {}, new NothingElse()))
          .build()
          .start();
    } catch (IOException e) {
      throw new IOException("can't listen on " + config.self().client() + ": " + e.getMessage(), e);
    }
  }

  /** Clients try again. */
  private static final class NothingElse implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      if (call.getMethodDescriptor().equals(AdminGrpc.getGetFoundingMethod())) {
        return next.startCall(call, headers);
      }
      call.close(
          Status.UNAVAILABLE.withDescription("the cluster waits for its first servers"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }
}
