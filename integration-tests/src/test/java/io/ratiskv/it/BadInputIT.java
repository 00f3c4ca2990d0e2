package io.ratiskv.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import io.ratiskv.client.WrongClusterException;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Hello;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operation.Kind;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What no client of ours sends. Whatever it is, other clients are served meanwhile, the same server
 * leads in the same term afterwards, and all servers have the same state.
 */
class BadInputIT {
  @RegisterExtension
  static final KvCluster cluster =
      KvCluster.of(3).withElectionTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(7));

  private final Random random = new Random(Long.getLong("seed", 42));
  private final String key;
  private String leader;
  private long term;
  private AppendLoad others;

  BadInputIT(TestInfo test) {
    key = test.getDisplayName();
  }

  @BeforeEach
  void othersAreServed() {
    leader = cluster.leader();
    term = cluster.info(leader).getCurrentTerm();
    others = AppendLoad.start(1, 100_000, cluster::asyncClient);
    others.awaitMore(10);
  }

  @AfterEach
  void nothingHappened() {
    others.awaitMore(10);
    others.stop();
    assertThat(others.failures()).isEmpty();
    others.close();
    for (String id : cluster.ids()) {
      assertThat(cluster.info(id).isAlive()).as("%s is alive", id).isTrue();
      assertThat(cluster.info(id).getCurrentTerm()).as("the term of %s", id).isEqualTo(term);
    }
    assertThat(cluster.leader()).isEqualTo(leader);
  }

  @AfterAll
  static void allServersHaveTheSameState() {
    cluster.awaitEqualDigests();
  }

  @Test
  void bytesThatAreNoGrpc() throws IOException {
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), cluster.port(leader));
        open.add(socket);
        // Random bytes, HTTP/1, an HTTP/2 preface with garbage behind it, and connections that say
        // nothing; a third is closed at once, a third in the middle, a third stays open for long.
        write(socket, garbage(i % 4));
        if (i % 3 == 0) {
          socket.close();
        } else if (i % 3 == 1) {
          socket.shutdownOutput();
        }
      }
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private byte[] garbage(int kind) {
    byte[] bytes = new byte[random.nextInt(4096)];
    random.nextBytes(bytes);
    return switch (kind) {
      case 0 -> bytes;
      case 1 -> "GET /ratiskv.v1.Kv/Connect HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(US_ASCII);
      case 2 -> {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(preface, preface.length + bytes.length);
        System.arraycopy(bytes, 0, all, preface.length, bytes.length);
        yield all;
      }
      default -> new byte[0];
    };
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      // The server has had enough of it already.
      assertThat(e).isNotNull();
    }
  }

  @Test
  void aStreamBeginsWithAHello() {
    // Anything else ends it, and so does a second Hello.
    List<ClientMessage> others =
        List.of(
            ClientMessage.getDefaultInstance(),
            Messages.open(Messages.nonce()),
            Messages.read(1, key),
            Messages.batch(1, 1, 1, Messages.put(key, "x")));
    for (ClientMessage message : others) {
      try (RawClient client = new RawClient(cluster.port(leader))) {
        client.send(message);
        assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      }
    }
    try (RawClient client = cluster.raw(leader)) {
      client.send(Messages.hello(KvCluster.NAME));
      assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void helloOfAnotherClusterOrVersion() {
    // By hand: a refusal that names no request.
    try (RawClient client = new RawClient(cluster.port(leader))) {
      client.send(Messages.hello("another"));
      Refusal refusal = client.await("a refusal", ServerMessage::hasRefusal).getRefusal();
      assertThat(refusal.getCode()).isEqualTo(Code.WRONG_CLUSTER);
      assertThat(refusal.getSubjectCase()).isEqualTo(Refusal.SubjectCase.SUBJECT_NOT_SET);
    }
    try (RawClient client = new RawClient(cluster.port(leader))) {
      client.send(ClientMessage.newBuilder().setHello(Hello.getDefaultInstance()).build());
      Refusal refusal = client.await("a refusal", ServerMessage::hasRefusal).getRefusal();
      assertThat(refusal.getCode()).isEqualTo(Code.UNSUPPORTED_VERSION);
    }
    // A newer client is offered what this server speaks.
    try (RawClient client = new RawClient(cluster.port(leader))) {
      client.send(
          ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(99)).build());
      assertThat(
              client
                  .await("a Welcome", ServerMessage::hasWelcome)
                  .getWelcome()
                  .getProtocolVersion())
          .isEqualTo(1);
    }
    // By the client.
    try (KvClient client =
        KvClient.builder().endpoints(cluster.endpoints()).cluster("another").build()) {
      Assertions.assertThatExceptionOfType(WrongClusterException.class)
          .isThrownBy(() -> client.put(key, "x"))
          .extracting(KvException::outcome)
          .isEqualTo(Outcome.NOT_APPLIED);
    }
  }

  @Test
  void afterARefusedHelloNothingIsDone() {
    // A client that goes on as if it had been welcomed.
    try (RawSession right = new RawSession(cluster);
        RawClient wrong = new RawClient(cluster.port(leader))) {
      wrong.send(Messages.hello("another"));
      wrong.await("a refusal", ServerMessage::hasRefusal);
      try {
        wrong.send(Messages.batch(right.id(), 1, 1, Messages.append(key, "x")));
      } catch (IllegalStateException e) {
        // The server has ended the stream already.
        assertThat(e).isNotNull();
      }
      assertThat(wrong.poll(ServerMessage::hasApplied, Duration.ofMillis(300)))
          .as("a batch that a server of the wrong cluster applied")
          .isEmpty();
      assertThat(right.read(key)).isEmpty();
    }
  }

  @Test
  void unknownKindsEndTheStream() {
    // A message of a kind that this server doesn't know, as a newer client may send.
    try (RawClient client = cluster.raw(leader)) {
      client.send(ClientMessage.getDefaultInstance());
      assertThat(client.awaitEnd().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void messagesOverTheLimitEndTheStream() {
    for (int size : new int[] {Limits.MAX_MESSAGE_BYTES + 1, 5 << 20, 65 << 20}) {
      try (RawClient client = cluster.raw(leader)) {
        client.send(Messages.batch(1, 1, 1, ByteString.copyFrom(new byte[size])));
        assertThat(client.awaitEnd().getCode())
            .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
      }
    }
  }

  @Test
  void malformedRequestsAreRefusedAndTheStreamGoesOn() {
    ByteString k = ByteString.copyFromUtf8(key);
    ByteString longKey = ByteString.copyFrom(new byte[Limits.MAX_KEY_BYTES + 1]);
    ByteString longValue = ByteString.copyFrom(new byte[Limits.MAX_VALUE_BYTES + 1]);
    Operation good = Messages.operation(Kind.PUT, k, k);
    try (RawSession session = new RawSession(cluster)) {
      // Operations that aren't.
      refuses(session, ByteString.EMPTY, Code.MALFORMED);
      refuses(session, ByteString.copyFromUtf8("garbage"), Code.MALFORMED);
      refuses(session, Messages.operations(Operation.getDefaultInstance()), Code.KEY_EMPTY);
      refuses(
          session,
          Messages.operations(Operation.newBuilder().setKey(k).setKindValue(77).build()),
          Code.MALFORMED);
      refuses(
          session,
          Messages.operations(Messages.operation(Kind.PUT, ByteString.EMPTY, k)),
          Code.KEY_EMPTY);

      // Limits, with a good operation before.
      refuses(
          session,
          Messages.operations(good, Messages.operation(Kind.PUT, longKey, k)),
          Code.KEY_TOO_LARGE);
      refuses(
          session,
          Messages.operations(good, Messages.operation(Kind.PUT, k, longValue)),
          Code.VALUE_TOO_LARGE);
      refuses(
          session,
          Messages.operations(
              Collections.nCopies(Limits.MAX_BATCH_OPERATIONS + 1, good).toArray(Operation[]::new)),
          Code.TOO_MANY_OPERATIONS);
      Operation large =
          Messages.operation(
              Kind.PUT, k, ByteString.copyFrom(new byte[Limits.MAX_BATCH_BYTES / 2]));
      refuses(session, Messages.operations(large, large), Code.BATCH_TOO_LARGE);

      // None of it took a number or did anything.
      assertThat(session.read(key)).isEmpty();
      session.applied(1, 1, Messages.put(key, "at last"));
      assertThat(session.read(key)).isEqualTo("at last");
    }
  }

  private static void refuses(RawSession session, ByteString operations, Code code) {
    assertThat(session.refused(1, 1, operations).getCode()).isEqualTo(code);
  }

  @Test
  void malformedOpensAndReads() {
    try (RawClient client = cluster.raw(leader)) {
      for (int length : new int[] {0, 15, 17, 100_000}) {
        ByteString nonce = ByteString.copyFrom(new byte[length]);
        client.send(Messages.open(nonce));
        Refusal refusal = client.await("a refusal", ServerMessage::hasRefusal).getRefusal();
        assertThat(refusal.getCode()).as("a nonce of %d bytes", length).isEqualTo(Code.MALFORMED);
        assertThat(refusal.getNonce()).isEqualTo(nonce);
      }
      ByteString longKey = ByteString.copyFrom(new byte[Limits.MAX_KEY_BYTES + 1]);
      refuses(client, Read.newBuilder(), Code.MALFORMED);
      refuses(client, Read.newBuilder().addKeys(ByteString.EMPTY), Code.KEY_EMPTY);
      refuses(client, Read.newBuilder().addKeys(longKey), Code.KEY_TOO_LARGE);
      ByteString k = ByteString.copyFromUtf8(key);
      refuses(
          client,
          Read.newBuilder().addAllKeys(Collections.nCopies(Limits.MAX_BATCH_OPERATIONS + 1, k)),
          Code.TOO_MANY_OPERATIONS);
      // A session that nobody has, and numbers that nobody gave.
      refuses(
          client,
          Read.newBuilder().addKeys(k).setSession(Long.MAX_VALUE).setAfterSequence(1),
          Code.SESSION_EXPIRED);
      refuses(
          client,
          Read.newBuilder().addKeys(k).setSession(-1).setAfterSequence(Long.MAX_VALUE),
          Code.SESSION_EXPIRED);

      // The stream is as good as new.
      assertThat(client.read(99, key)).isEmpty();
    }
  }

  private static void refuses(RawClient client, Read.Builder read, Code code) {
    client.send(ClientMessage.newBuilder().setRead(read.setId(7)).build());
    ServerMessage answer = client.await("an answer", m -> RawClient.answersRead(m, 7));
    assertThat(answer.getRefusal().getCode()).isEqualTo(code);
  }

  @Test
  void thousandsOfBogusRequests() {
    // Requests whose bytes are random, in sessions that nobody has and in one that is open: most
    // are refused at the door, some become log entries.
    try (RawSession session = new RawSession(cluster);
        RawClient client = cluster.raw(leader)) {
      session.applied(1, 1, Messages.put(key, "x"));
      int answered = 0;
      for (int round = 0; round < 100; round++) {
        for (int i = 0; i < 30; i++) {
          client.send(bogus(session.id()));
        }
        for (int i = 0; i < 30; i++) {
          client.await("an answer to each", message -> true);
          answered++;
        }
      }
      assertThat(answered).isEqualTo(3000);

      // The open session was not written in.
      session.applied(2, 2, Messages.append(key, "y"));
      assertThat(session.read(key)).isEqualTo("xy");
    }
  }

  private ClientMessage bogus(long session) {
    byte[] bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    ByteString noise = ByteString.copyFrom(bytes);
    long nobodys = random.nextLong();
    long sequence = random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(3);
    return switch (random.nextInt(6)) {
      case 0 -> Messages.open(noise);
      case 1 -> Messages.batch(nobodys, sequence, sequence, Messages.put(key, "nobody's"));
      case 2 -> Messages.batch(session, sequence, random.nextInt(4), noise);
      case 3 -> Messages.close(nobodys);
      case 4 -> Messages.read(random.nextLong(), noise.toStringUtf8());
      default ->
          // Out of order, always.
          Messages.batch(session, 1000L + random.nextInt(9), 2, Messages.put(key, "no"));
    };
  }

  @Test
  void aClientThatTakesNoAnswersHoldsUpNobody() {
    // Hundreds of reads of a large value, by clients that take nothing off their connections.
    List<RawClient> deaf = new ArrayList<>();
    try (KvClient kv = cluster.client()) {
      kv.put(key.getBytes(US_ASCII), new byte[Limits.MAX_VALUE_BYTES]);
      for (int i = 0; i < 10; i++) {
        RawClient client = RawClient.deaf(cluster.port(leader), KvCluster.NAME);
        deaf.add(client);
        for (int id = 0; id < 200; id++) {
          client.send(Messages.read(id, key));
        }
      }
      others.awaitMore(100);
      assertThat(kv.get(key).value()).hasSize(Limits.MAX_VALUE_BYTES);
    } finally {
      deaf.forEach(RawClient::close);
    }
  }
}
