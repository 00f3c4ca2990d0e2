package io.ratiskv.service;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.PeerGrpc;
import io.ratiskv.protocol.v1.TermAnswer;
import io.ratiskv.protocol.v1.TermQuestion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one other server for its term, on one stream that is opened again after it failed. Any
 * thread may call.
 */
final class PeerStream {
  private static final Logger LOG = LoggerFactory.getLogger(PeerStream.class);

  /** Questions on the way. A server that hangs is sent no more; one that goes on answers these. */
  private static final int MAX_UNANSWERED = 16;

  /** How long a server that could not be asked is left alone. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String server;
  private final String self;
  private final ByteString group;
  private final String endpoint;
  private final Predicate<String> hears;
  private final LongSupplier clock;
  private final ManagedChannel channel;

  /** Null: none is open. Guarded by this, as the fields below. */
  private @Nullable Asking asking;

  private long notBeforeNanos;
  private boolean closed;

  /**
   * Connects when first asked.
   *
   * @param endpoint of the channel, which ends with this
   */
  PeerStream(
      RaftServer.Division division,
      String server,
      String endpoint,
      ManagedChannel channel,
      Predicate<String> hears,
      LongSupplier clock) {
    this.server = server;
    this.self = division.getId().toString();
    this.group = PeerHandler.group(division);
    this.endpoint = endpoint;
    this.channel = channel;
    this.hears = hears;
    this.clock = clock;
    this.notBeforeNanos = clock.getAsLong();
  }

  /**
   * A way to an endpoint.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  static ManagedChannel channel(String endpoint, @Nullable SslContext tls) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(endpoint)
            // Answers are taken on the network's thread, and so at once.
            .directExecutor()
            // Without pings that would find one out.
            .flowControlWindow(Limits.MAX_MESSAGE_BYTES)
            .keepAliveTime(10, TimeUnit.SECONDS)
            .keepAliveTimeout(5, TimeUnit.SECONDS);
    return (tls == null ? builder.usePlaintext() : builder.sslContext(tls)).build();
  }

  String endpoint() {
    return endpoint;
  }

  /** Asks; where it can't, the answer is lost. */
  void ask(ReadIndex.Voters.Answers answers) {
    Asking present = open();
    if (present == null || !present.ask(answers)) {
      answers.lost();
    }
  }

  /** Null while it is left alone, and after the end. */
  private synchronized @Nullable Asking open() {
    if (closed || clock.getAsLong() - notBeforeNanos < 0) {
      return null;
    }
    Asking present = asking;
    if (present == null) {
      present = new Asking();
      asking = present;
      try {
        // It may fail at once.
        present.begin(PeerGrpc.newStub(channel).askTerm(present));
      } catch (RuntimeException e) {
        present.onError(e);
      }
    }
    return present;
  }

  private synchronized void failed(Asking stream, Throwable cause) {
    if (asking == stream) {
      asking = null;
      notBeforeNanos = clock.getAsLong() + PAUSE_NANOS;
      LOG.debug("{} can't be asked for its term", server, cause);
    }
  }

  /** Ends it, and what was asked is lost. Always true. */
  synchronized boolean close() {
    closed = true;
    channel.shutdownNow();
    return true;
  }

  /** One stream, to its end. */
  private final class Asking implements StreamObserver<TermAnswer> {
    private final TermQuestion question =
        TermQuestion.newBuilder().setServer(server).setFrom(self).setGroup(group).build();

    /** In the order of the questions. Guarded by this, as the fields below. */
    private final Deque<ReadIndex.Voters.Answers> unanswered = new ArrayDeque<>();

    private @Nullable StreamObserver<TermQuestion> out;
    private boolean ended;

    synchronized void begin(StreamObserver<TermQuestion> questions) {
      out = questions;
    }

    /** Whether it is told of what becomes of the question, or was. */
    boolean ask(ReadIndex.Voters.Answers answers) {
      try {
        return isSent(answers);
      } catch (RuntimeException e) {
        fail(e);
        return true;
      }
    }

    private synchronized boolean isSent(ReadIndex.Voters.Answers answers) {
      StreamObserver<TermQuestion> questions = out;
      if (ended || questions == null || unanswered.size() >= MAX_UNANSWERED) {
        return false;
      }
      unanswered.add(answers);
      questions.onNext(question);
      return true;
    }

    /**
     * Ends a stream on which a question may have gone out or not: the answer to it must not be
     * taken for one to a later question.
     */
    private void fail(RuntimeException cause) {
      onError(cause);
      StreamObserver<TermQuestion> questions;
      synchronized (this) {
        questions = out;
      }
      if (questions != null) {
        questions.onError(cause);
      }
    }

    @Override
    public void onNext(TermAnswer answer) {
      // First: if this throws, gRPC ends the stream, and what was asked is lost.
      boolean heard = hears.test(server);
      ReadIndex.Voters.Answers first;
      synchronized (this) {
        first = unanswered.poll();
      }
      if (first == null) {
        return;
      }
      if (heard) {
        first.answered(answer.getTerm());
      } else {
        first.lost();
      }
    }

    @Override
    public void onError(Throwable cause) {
      failed(this, cause);
      List<ReadIndex.Voters.Answers> lost;
      synchronized (this) {
        ended = true;
        lost = List.copyOf(unanswered);
        unanswered.clear();
      }
      lost.forEach(ReadIndex.Voters.Answers::lost);
    }

    @Override
    public void onCompleted() {
      onError(Status.CANCELLED.withDescription("ended by " + server).asRuntimeException());
    }
  }
}
