package io.ratiskv.service.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What another server asks on one connection, and the answers. Requests are taken to Ratis one
 * after the other, by the thread that reads them; an append is answered when it is on disk, by
 * another thread, while the next ones are read already.
 *
 * <p>Takes only what is meant for this server. A request names the member that it is for; Ratis
 * 3.3.0 doesn't look. Where a new server listens at the place of one that was removed, a leader
 * that hasn't heard of it yet would count what the new one stores as stored by the old one, and so
 * commit with a majority that isn't one.
 */
final class Inbound {
  private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

  private static final Duration GREETING = Duration.ofSeconds(5);

  /** Two ids and little else. */
  private static final int MAX_GREETING_BYTES = 1 << 10;

  /** A leader is heard several times a second; a connection that was forgotten ends. */
  private static final Duration SILENCE = Duration.ofSeconds(60);

  /** No entry is on disk. */
  private static final long NOTHING = -1;

  private final RaftServer server;
  private final Predicate<String> hears;
  private final Turns turns;
  private final Succession succession;
  private final long number;
  private final Wire wire;
  private String from = "";

  /** Where the other one has led, and sent entries or signs of life; null: nowhere. */
  private @Nullable RaftGroupId led;

  /**
   * A connection that was just made.
   *
   * @param turns of all connections of this server
   * @param number higher than that of any connection before
   */
  Inbound(
      RaftServer server,
      Predicate<String> hears,
      Turns turns,
      Succession succession,
      long number,
      Wire wire) {
    this.server = server;
    this.turns = turns;
    this.succession = succession;
    this.number = number;
    this.hears = hears;
    this.wire = wire;
  }

  /**
   * Serves until the connection ends, which it does at the first thing that is wrong; then looks
   * whether a leader has ended with it.
   *
   * @param greeted told once it is known who the other one is
   */
  void serve(Runnable greeted) {
    receive(greeted);
    if (led != null) {
      succession.ended(RaftPeerId.valueOf(from), led);
    }
  }

  private void receive(Runnable greeted) {
    try (wire) {
      greet();
      greeted.run();
      wire.patience(SILENCE);
      while (true) {
        Frame request = wire.receive();
        if (!hears.test(from)) {
          return;
        }
        take(request);
      }
    } catch (IOException e) {
      LOG.debug("{}: connection of {} ({}) ended", server.getId(), from, wire, e);
    }
  }

  private void greet() throws IOException {
    wire.patience(GREETING);
    try {
      RaftRpcRequestProto names = greeting();
      from = names.getRequestorId().toStringUtf8();
      String addressee = names.getReplyId().toStringUtf8();
      if (!addressee.equals(server.getId().toString())) {
        throw new IOException("this is " + server.getId() + ", not " + addressee);
      }
    } catch (IOException e) {
      wire.refuse(String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private RaftRpcRequestProto greeting() throws IOException {
    Frame hello = wire.receive(MAX_GREETING_BYTES);
    if (hello.kind() != Kind.HELLO || hello.call() != Dialer.GREETING) {
      throw new IOException("not the greeting of a server of this version");
    }
    return hello.message(RaftRpcRequestProto.parser());
  }

  private void take(Frame request) throws IOException {
    try {
      switch (request.kind()) {
        case APPEND -> append(request);
        case VOTE ->
            answer(request, server.requestVote(request.message(RequestVoteRequestProto.parser())));
        case ELECTION ->
            answer(
                request,
                server.startLeaderElection(
                    request.message(StartLeaderElectionRequestProto.parser())));
        case SNAPSHOT ->
            answer(
                request,
                server.installSnapshot(request.message(InstallSnapshotRequestProto.parser())));
        default -> throw new IOException(request.kind() + " is no request");
      }
    } catch (IOException | RuntimeException e) {
      fail(request, e);
    }
  }

  private void append(Frame frame) throws IOException {
    AppendEntriesRequestProto request = frame.message(AppendEntriesRequestProto.parser());
    if (led == null) {
      led = group(request);
    }
    turns.of(from).take(number, () -> append(frame, request));
  }

  private void append(Frame frame, AppendEntriesRequestProto request) throws IOException {
    var unused =
        server
            .appendEntriesAsync(request)
            .whenComplete((reply, failure) -> appended(frame, request, reply, failure));
  }

  private void appended(
      Frame frame,
      AppendEntriesRequestProto request,
      @Nullable AppendEntriesReplyProto reply,
      @Nullable Throwable failure) {
    try {
      if (reply == null) {
        fail(frame, failure == null ? new IOException("no reply") : failure);
      } else if (DurableAcks.isPremature(reply, () -> flushed(request))) {
        fail(frame, new IOException("entry " + reply.getMatchIndex() + " is not on disk yet"));
      } else {
        answer(frame, reply);
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{}: no answer to {}", server.getId(), from, e);
      // Nobody waits in vain.
      wire.close();
    }
  }

  private long flushed(AppendEntriesRequestProto request) {
    try {
      return server.getDivision(group(request)).getRaftLog().getFlushIndex();
    } catch (IOException e) {
      // It is starting or stopping.
      return NOTHING;
    }
  }

  private static RaftGroupId group(AppendEntriesRequestProto request) {
    return RaftGroupId.valueOf(request.getServerRequest().getRaftGroupId().getId());
  }

  private void answer(Frame request, MessageLite reply) throws IOException {
    if (hears.test(from)) {
      wire.send(Kind.REPLY, request.call(), reply);
    } else {
      wire.close();
    }
  }

  private void fail(Frame request, Throwable failure) throws IOException {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    LOG.debug("{}: {} of {} failed", server.getId(), request.kind(), from, cause);
    if (hears.test(from)) {
      wire.fail(request.call(), cause.getClass().getSimpleName() + ": " + cause.getMessage());
    } else {
      wire.close();
    }
  }
}
