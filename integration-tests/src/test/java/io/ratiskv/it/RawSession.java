package io.ratiskv.it;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A session whose numbers the test chooses. Each request goes to whoever leads, again and again as
 * long as it is refused for passing reasons: so an election that nobody asked for breaks no test.
 * For one thread.
 */
final class RawSession implements AutoCloseable {
  private final KvCluster cluster;
  private final ByteString nonce = Messages.nonce();
  private final long id;
  private @Nullable RawClient stream;
  private String server = "";
  private long reads;

  RawSession(KvCluster cluster) {
    this.cluster = cluster;
    this.id = reopen();
  }

  long id() {
    return id;
  }

  /** Opens the session, once more. */
  long reopen() {
    ServerMessage answer =
        ask(
            Messages.open(nonce),
            m ->
                (m.hasOpened() && m.getOpened().getNonce().equals(nonce))
                    || (m.hasRefusal() && m.getRefusal().getNonce().equals(nonce)));
    return answer.getOpened().getSession();
  }

  /** Sends a batch, and answers what the state machine said of it. */
  ServerMessage write(long sequence, long firstUnanswered, ByteString operations) {
    return ask(
        Messages.batch(id, sequence, firstUnanswered, operations),
        m -> RawClient.answers(m, id, sequence));
  }

  /** Sends a batch that must be applied, now or before. */
  BatchReply applied(long sequence, long firstUnanswered, ByteString operations) {
    ServerMessage answer = write(sequence, firstUnanswered, operations);
    if (!answer.hasApplied()) {
      throw new AssertionError("batch " + sequence + " was not applied: " + answer);
    }
    return answer.getApplied();
  }

  /** Sends a batch that must be refused. */
  Refusal refused(long sequence, long firstUnanswered, ByteString operations) {
    ServerMessage answer = write(sequence, firstUnanswered, operations);
    if (!answer.hasRefusal()) {
      throw new AssertionError("batch " + sequence + " was not refused: " + answer);
    }
    return answer.getRefusal();
  }

  /** Reads a small value; empty where there is no such key. */
  String read(String key) {
    long read = ++reads;
    ServerMessage answer = ask(Messages.read(read, key), m -> RawClient.answersRead(m, read));
    return answer.getRead().getResults(0).getValue().toStringUtf8();
  }

  /** Ends the session. */
  void end() {
    ask(Messages.close(id), m -> m.hasClosed() && m.getClosed().getSession() == id);
  }

  private ServerMessage ask(ClientMessage question, Predicate<ServerMessage> answers) {
    long deadline = System.nanoTime() + Eventually.PATIENCE.toNanos();
    String last = "nothing";
    while (System.nanoTime() < deadline) {
      RawClient to = connected();
      to.send(question);
      Optional<ServerMessage> answer = to.poll(answers, Duration.ofSeconds(5));
      if (answer.isPresent() && !isPassing(answer.get())) {
        return answer.get();
      }
      last = answer.toString();
      disconnect();
    }
    throw new AssertionError("no answer to " + question.getKindCase() + "; last: " + last);
  }

  private RawClient connected() {
    String leader = cluster.leader();
    RawClient present = stream;
    if (present == null || !leader.equals(server)) {
      disconnect();
      present = cluster.raw(leader);
      stream = present;
      server = leader;
    }
    return present;
  }

  private static boolean isPassing(ServerMessage message) {
    return message.hasRefusal()
        && (message.getRefusal().getCode() == Code.NOT_LEADER
            || message.getRefusal().getCode() == Code.UNAVAILABLE
            || message.getRefusal().getCode() == Code.OVERLOADED);
  }

  /** Leaves the stream, as a client does that died; the next question opens another. */
  void disconnect() {
    RawClient present = stream;
    if (present != null) {
      present.close();
      stream = null;
    }
  }

  @Override
  public void close() {
    disconnect();
  }
}
