package io.ratiskv.service;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Hello;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.protocol.v1.Welcome;
import io.ratiskv.statemachine.core.MalformedException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one client sends, message by message: checks each, and hands it on or refuses it. Called by
 * one thread at a time, one of gRPC's event loops, and so waits for nothing but Raft's lock: mostly
 * while an entry gets its place in the log, and for some seconds at most while an office is lost.
 */
final class ConnectHandler implements StreamObserver<ClientMessage> {
  /** The newest version of the protocol that is spoken here. */
  private static final int PROTOCOL_VERSION = 1;

  private final Identity identity;
  private final Leadership leadership;
  private final Committer committer;
  private final LongSupplier epoch;
  private final Access access;
  private final ClientStream stream;
  private boolean greeted;

  /** Who this is, for a client to compare. */
  record Identity(String cluster, String server) {}

  ConnectHandler(
      Identity identity,
      Leadership leadership,
      Committer committer,
      LongSupplier epoch,
      OpenSessions sessions,
      RequestMetrics metrics,
      Access access,
      ServerCallStreamObserver<ServerMessage> out,
      int maxUnanswered) {
    this.identity = identity;
    this.leadership = leadership;
    this.committer = committer;
    this.epoch = epoch;
    this.access = access;
    this.stream = new ClientStream(out, maxUnanswered, sessions, metrics);
  }

  void start() {
    stream.start();
  }

  @Override
  public void onNext(ClientMessage message) {
    if (!stream.received()) {
      return;
    }
    if (greeted != (message.getKindCase() != ClientMessage.KindCase.HELLO)) {
      stream.fail(
          Status.INVALID_ARGUMENT.withDescription(
              "the first message, and no other, is a Hello; this one is " + message.getKindCase()));
      return;
    }
    switch (message.getKindCase()) {
      case HELLO -> greet(message.getHello());
      case OPEN ->
          write(
              Command.newBuilder().setOpen(message.getOpen()),
              () -> Checks.nonce(message.getOpen().getNonce()),
              access::toWriteAtAll);
      case BATCH -> {
        speaksFor(message.getBatch().getSession());
        write(
            Command.newBuilder().setBatch(message.getBatch()),
            () -> Checks.batch(message.getBatch()),
            () -> access.toWrite(message.getBatch().getOperations()));
      }
      case CLOSE -> write(Command.newBuilder().setClose(message.getClose()), () -> {}, () -> null);
      case FENCE ->
          write(
              Command.newBuilder().setFence(message.getFence()),
              () -> Checks.fence(message.getFence()),
              access::toWriteAtAll);
      case READ -> read(message.getRead());
      default ->
          stream.fail(Status.UNIMPLEMENTED.withDescription("a message of a kind unknown here"));
    }
  }

  private void greet(Hello hello) {
    greeted = true;
    if (hello.getProtocolVersion() < 1) {
      turnAway(
          Refusals.of(
              Code.UNSUPPORTED_VERSION,
              "protocol version " + hello.getProtocolVersion() + ", the lowest is 1"));
    } else if (!hello.getCluster().isEmpty() && !hello.getCluster().equals(identity.cluster())) {
      turnAway(
          Refusals.of(
              Code.WRONG_CLUSTER,
              "this is cluster '"
                  + identity.cluster()
                  + "', the client expects '"
                  + hello.getCluster()
                  + "'"));
    } else {
      Welcome.Builder welcome =
          Welcome.newBuilder()
              .setProtocolVersion(Math.min(PROTOCOL_VERSION, hello.getProtocolVersion()))
              .setCluster(identity.cluster())
              .setServer(identity.server())
              .setEpoch(epoch.getAsLong());
      Leader leader = leadership.leader();
      if (leader != null) {
        welcome.setLeader(leader);
      }
      stream.answer(ServerMessage.newBuilder().setWelcome(welcome).build());
    }
  }

  /** Whoever has no business here is told so, and nothing that it sends is done. */
  private void turnAway(Refusal.Builder refusal) {
    refuse(refusal);
    stream.complete();
  }

  private interface Check {
    void run() throws MalformedException;
  }

  /** Of what is well formed; null: it may be done. */
  private interface Permission {
    Refusal.@Nullable Builder ask() throws MalformedException;
  }

  private void write(Command.Builder command, Check check, Permission permission) {
    Command built = command.setPrincipal(access.id()).build();
    take(new Request.ClientWrite(stream, built, built.getSerializedSize()), check, permission);
  }

  /** Nobody keeps another's session alive. */
  private void speaksFor(long session) {
    if (!access.isAnothers(session)) {
      stream.speaksFor(session, access.id());
    }
  }

  private void read(Read read) {
    if (read.getSession() != 0) {
      speaksFor(read.getSession());
    }
    take(
        new Request.Reading(stream, read, read.getSerializedSize()),
        () -> Checks.read(read),
        () -> access.toRead(read));
  }

  private void take(Request request, Check check, Permission permission) {
    Refusal.Builder refusal;
    try {
      check.run();
      refusal = access.toAsk();
      refusal = refusal == null ? permission.ask() : refusal;
    } catch (MalformedException e) {
      request.refused(
          Refusals.of(e.code(), String.valueOf(e.getMessage()))
              .setActual(e.actual())
              .setLimit(e.limit()));
      return;
    }
    if (refusal == null) {
      refusal = leadership.isHere() ? offer(request) : Refusals.notLeader(leadership);
    }
    if (refusal != null) {
      request.refused(refusal);
    }
  }

  /**
   * gRPC may hand a message on from within an answer, which makes room for it. Then this thread
   * holds locks that others want who hold Raft's.
   */
  private Refusal.@Nullable Builder offer(Request request) {
    return stream.isHeld() ? committer.offer(request) : committer.offerAndSubmit(request);
  }

  private void refuse(Refusal.Builder refusal) {
    stream.answer(ServerMessage.newBuilder().setRefusal(refusal).build());
  }

  @Override
  public void onError(Throwable cause) {
    // The client is gone, or spoke no gRPC; the stream's cancel handler does what there is to do.
  }

  @Override
  public void onCompleted() {
    stream.complete();
  }
}
