package io.ratiskv.it;

import com.google.protobuf.ByteString;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * One stream to one server, without the client's care: no session of its own, no retries. What a
 * test sends is sent, as often as it says.
 *
 * <p>Each batch becomes another log entry with another Ratis call id: Ratis's retry cache can't
 * hide a duplicate.
 */
public final class RawClient implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  private final ManagedChannel channel;
  private final boolean hears;
  private final StreamObserver<ClientMessage> out;
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** What came and was not asked for yet. Guarded by {@link #lock}. */
  private final List<ServerMessage> inbox = new ArrayList<>();

  /** Opens a stream, and says nothing. */
  RawClient(int port) {
    this(LOOPBACK, port);
  }

  /** The same, elsewhere. */
  public RawClient(String host, int port) {
    this(host, port, true);
  }

  private RawClient(String host, int port, boolean hears) {
    this.hears = hears;
    channel =
        Grpc.newChannelBuilderForAddress(host, port, InsecureChannelCredentials.create())
            .maxInboundMessageSize(2 * Limits.MAX_MESSAGE_BYTES)
            .build();
    out = KvGrpc.newStub(channel).withWaitForReady().connect(new Inbox());
  }

  /** A client that takes no answer off its connection, not even the Welcome. */
  static RawClient deaf(int port, String cluster) {
    RawClient client = new RawClient(LOOPBACK, port, false);
    client.send(Messages.hello(cluster));
    return client;
  }

  /** Opens a stream and greets. */
  static RawClient greeted(int port, String cluster) {
    return greeted(LOOPBACK, port, cluster);
  }

  /** The same, elsewhere. */
  public static RawClient greeted(String host, int port, String cluster) {
    RawClient client = new RawClient(host, port);
    client.send(Messages.hello(cluster));
    client.await("a Welcome", ServerMessage::hasWelcome);
    return client;
  }

  private final class Inbox implements ClientResponseObserver<ClientMessage, ServerMessage> {
    @Override
    public void beforeStart(ClientCallStreamObserver<ClientMessage> stream) {
      if (!hears) {
        stream.disableAutoRequestWithInitial(0);
      }
    }

    @Override
    public void onNext(ServerMessage message) {
      lock.lock();
      try {
        inbox.add(message);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete(Status.fromThrowable(failure));
      wake();
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
      wake();
    }

    private void wake() {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  public synchronized void send(ClientMessage message) {
    out.onNext(message);
  }

  /** Takes out of the inbox the first message that fits, once it is there. */
  ServerMessage await(String what, Predicate<ServerMessage> fits) {
    Optional<ServerMessage> message = poll(fits, Eventually.PATIENCE);
    return message.orElseThrow(
        () ->
            new AssertionError(
                "no "
                    + what
                    + "; the stream "
                    + (ended.isDone() ? "ended with " + ended.join() : "is open")
                    + ", in the inbox: "
                    + inbox()));
  }

  /** As {@link #await}; empty if none comes within the time, or can come. */
  public Optional<ServerMessage> poll(Predicate<ServerMessage> fits, Duration patience) {
    long nanos = patience.toNanos();
    lock.lock();
    try {
      while (true) {
        for (Iterator<ServerMessage> i = inbox.iterator(); i.hasNext(); ) {
          ServerMessage message = i.next();
          if (fits.test(message)) {
            i.remove();
            return Optional.of(message);
          }
        }
        if (nanos <= 0 || ended.isDone()) {
          return Optional.empty();
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      lock.unlock();
    }
  }

  private List<ServerMessage> inbox() {
    lock.lock();
    try {
      return List.copyOf(inbox);
    } finally {
      lock.unlock();
    }
  }

  /** Sends a batch, and waits for its answer: a reply or a refusal. */
  ServerMessage write(long session, long sequence, long firstUnanswered, ByteString operations) {
    send(Messages.batch(session, sequence, firstUnanswered, operations));
    return answer(session, sequence);
  }

  ServerMessage answer(long session, long sequence) {
    return await("answer to batch " + sequence, m -> answers(m, session, sequence));
  }

  static boolean answers(ServerMessage message, long session, long sequence) {
    if (message.hasApplied()) {
      BatchReply reply = message.getApplied();
      return reply.getSession() == session && reply.getSequence() == sequence;
    }
    return message.hasRefusal()
        && message.getRefusal().getSubjectCase() == Refusal.SubjectCase.SEQUENCE
        && message.getRefusal().getSession() == session
        && message.getRefusal().getSequence() == sequence;
  }

  /** Reads one small value; empty where there is no such key. */
  String read(long id, String key) {
    send(Messages.read(id, key));
    ServerMessage answer = await("answer to read " + id, m -> answersRead(m, id));
    if (!answer.hasRead()) {
      throw new AssertionError("read " + id + " was refused: " + answer);
    }
    return answer.getRead().getResults(0).getValue().toStringUtf8();
  }

  static boolean answersRead(ServerMessage message, long id) {
    return (message.hasRead() && message.getRead().getId() == id)
        || (message.hasRefusal()
            && message.getRefusal().getSubjectCase() == Refusal.SubjectCase.READ
            && message.getRefusal().getRead() == id);
  }

  /** How the server ended the stream. */
  Status awaitEnd() {
    try {
      return ended.get(Eventually.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the stream goes on; in the inbox: " + inbox(), e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leaves without a word, as a client does that died. */
  @Override
  public void close() {
    channel.shutdownNow();
  }
}
