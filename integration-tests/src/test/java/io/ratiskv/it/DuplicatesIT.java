package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The same batch more than once. Each time it is sent it becomes another log entry, with another
 * Ratis call id: only our session table can tell.
 */
class DuplicatesIT {
  @RegisterExtension static final KvCluster cluster = KvCluster.of(3);

  private final String key;

  DuplicatesIT(TestInfo test) {
    key = test.getDisplayName();
  }

  @Test
  void afterItWasAnswered() {
    try (RawSession session = new RawSession(cluster)) {
      BatchReply first = session.applied(1, 1, Messages.append(key, "a"));
      long duplicates = cluster.state(cluster.leader()).duplicates();

      // The same bytes again: the stored reply, and nothing is executed.
      BatchReply second = session.applied(1, 1, Messages.append(key, "a"));
      assertThat(second.getDuplicate()).isTrue();
      assertThat(second.getResult()).isEqualTo(first.getResult());
      assertThat(session.read(key)).isEqualTo("a");
      assertThat(cluster.state(cluster.leader()).duplicates()).isGreaterThan(duplicates);
    }
  }

  @Test
  void afterALeaderChange() {
    try (RawSession session = new RawSession(cluster)) {
      BatchReply first = session.applied(1, 1, Messages.append(key, "a"));

      // Another server leads: it has the same table.
      String next = cluster.followers().get(0);
      cluster.elect(next);
      BatchReply second = session.applied(1, 1, Messages.append(key, "a"));
      assertThat(second.getDuplicate()).isTrue();
      assertThat(second.getResult()).isEqualTo(first.getResult());

      // The session goes on there.
      session.applied(2, 2, Messages.append(key, "b"));
      assertThat(session.read(key)).isEqualTo("ab");
    }
  }

  @Test
  void whileTheOriginalIsPending() {
    try (RawSession session = new RawSession(cluster)) {
      Eventually.eventually(
          "that one leader answers both",
          () -> {
            // Both are answered, with the same reply.
            List<BatchReply> replies = twiceWhileNothingIsCommitted(session);
            assertThat(replies).hasSize(2);
            assertThat(replies.get(0).getResult()).isEqualTo(replies.get(1).getResult());
            assertThat(replies.stream().filter(BatchReply::getDuplicate)).isNotEmpty();
          });
      assertThat(session.read(key)).isEqualTo("a");
    }
  }

  /** Fewer than two answers where the leader lost its office meanwhile. */
  private List<BatchReply> twiceWhileNothingIsCommitted(RawSession session) {
    String leader = cluster.leader();
    // So long that the second doesn't wait for the first to be committed.
    ByteString operations =
        Messages.put(key + " beside", "x".repeat(512 << 10)).concat(Messages.append(key, "a"));
    try (RawClient one = cluster.raw(leader);
        RawClient other = cluster.raw(leader)) {
      // The followers don't hear of the leader's entries for a moment.
      cluster.silence(leader);
      for (RawClient client : List.of(one, other)) {
        long logged = cluster.division(leader).getRaftLog().getNextIndex();
        client.send(Messages.batch(session.id(), 1, 1, operations));
        Eventually.until(
            "that it is in the leader's log, or that leads no more",
            () ->
                cluster.division(leader).getRaftLog().getNextIndex() > logged
                    || !cluster.info(leader).isLeader());
      }
      cluster.heal();
      return Stream.of(one.answer(session.id(), 1), other.answer(session.id(), 1))
          .filter(ServerMessage::hasApplied)
          .map(ServerMessage::getApplied)
          .toList();
    } finally {
      cluster.heal();
    }
  }

  @Test
  void afterItsReplyWasDropped() {
    try (RawSession session = new RawSession(cluster)) {
      // The client is gone before the answer.
      ByteString operations = Messages.append(key, "a");
      while (cluster.state(cluster.leader()).lastSequence(session.id()) < 1) {
        try (RawClient gone = cluster.raw(cluster.leader())) {
          long logged = cluster.division(cluster.leader()).getRaftLog().getNextIndex();
          gone.send(Messages.batch(session.id(), 1, 1, operations));
          Eventually.until(
              "that it is in the log",
              () -> cluster.division(cluster.leader()).getRaftLog().getNextIndex() > logged);
        }
      }

      // It asks again, and hears what came of it.
      BatchReply reply = session.applied(1, 1, operations);
      assertThat(reply.getDuplicate()).isTrue();
      assertThat(reply.getResult().getLengthsList()).containsExactly(1);
      assertThat(session.read(key)).isEqualTo("a");
    }
  }

  @Test
  void aGapIsRefusedAndFilled() {
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.append(key, "a"));

      // 3 before 2: nothing is executed or remembered.
      Refusal refusal = session.refused(3, 2, Messages.append(key, "c"));
      assertThat(refusal.getCode()).isEqualTo(Code.OUT_OF_ORDER);
      assertThat(refusal.getActual()).isEqualTo(3);
      assertThat(refusal.getLimit()).isEqualTo(2);
      assertThat(session.read(key)).isEqualTo("a");

      // In order it goes; also with another payload than the one that was refused.
      session.applied(2, 2, Messages.append(key, "b"));
      BatchReply third = session.applied(3, 2, Messages.append(key, "C"));
      assertThat(third.getResult().getLengthsList()).containsExactly(3);
      assertThat(session.read(key)).isEqualTo("abC");
    }
  }

  @Test
  void theSameNumberWithAnotherPayload() {
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.append(key, "a"));
      Refusal refusal = session.refused(1, 1, Messages.append(key, "b"));
      assertThat(refusal.getCode()).isEqualTo(Code.SEQUENCE_REUSED);
      assertThat(session.read(key)).isEqualTo("a");

      // The stored reply is still there for the right one.
      assertThat(session.applied(1, 1, Messages.append(key, "a")).getDuplicate()).isTrue();
    }
  }

  @Test
  void whatTheClientHasIsForgotten() {
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.append(key, "a"));
      session.applied(2, 1, Messages.append(key, "b"));
      assertThat(session.applied(1, 1, Messages.append(key, "a")).getDuplicate()).isTrue();

      // The client says with batch 3 that it has the answers to 1 and 2.
      session.applied(3, 3, Messages.append(key, "c"));
      for (String text : List.of("a", "b")) {
        long sequence = text.equals("a") ? 1 : 2;
        Refusal refusal = session.refused(sequence, sequence, Messages.append(key, text));
        assertThat(refusal.getCode()).isEqualTo(Code.STALE);
      }
      assertThat(session.read(key)).isEqualTo("abc");
    }
  }

  @Test
  void theWindowIsBounded() {
    try (RawSession session = new RawSession(cluster)) {
      // Batches are executed while the client says that it has none of the answers…
      for (int i = 1; i <= Limits.SESSION_WINDOW; i++) {
        session.applied(i, 1, Messages.append(key, "x"));
      }
      // … up to the window. It may have the answers that it asks for again.
      long next = Limits.SESSION_WINDOW + 1;
      Refusal refusal = session.refused(next, 1, Messages.append(key, "y"));
      assertThat(refusal.getCode()).isEqualTo(Code.WINDOW_EXCEEDED);
      assertThat(session.applied(1, 1, Messages.append(key, "x")).getDuplicate()).isTrue();

      // One answer received makes room for one.
      session.applied(next, 2, Messages.append(key, "y"));
      assertThat(session.read(key)).isEqualTo("x".repeat(Limits.SESSION_WINDOW) + "y");
    }
  }

  @Test
  void twoStreamsOfOneSession() {
    // Two processes believe that the session is theirs, and use the same numbers.
    try (RawSession one = new RawSession(cluster);
        RawClient other = cluster.raw(cluster.leader())) {
      int mine = 0;
      for (long sequence = 1; sequence <= 20; sequence++) {
        other.send(Messages.batch(one.id(), sequence, sequence, Messages.append(key, "o")));
        ServerMessage answer = one.write(sequence, sequence, Messages.append(key, "m"));
        ServerMessage others = other.answer(one.id(), sequence);

        // Each number takes effect for one of them, and the other is told.
        boolean won = answer.hasApplied();
        mine += won ? 1 : 0;
        if (others.getRefusal().getCode() != Code.NOT_LEADER) {
          assertThat(others.hasApplied()).isNotEqualTo(won);
          assertThat((won ? others : answer).getRefusal().getCode())
              .isIn(Code.SEQUENCE_REUSED, Code.STALE);
        }
      }
      String value = one.read(key);
      assertThat(value).hasSize(20);
      assertThat(value.chars().filter(c -> c == 'm').count()).isEqualTo(mine);
    }
  }

  @Test
  void aRefusalByALimitIsRememberedToo() {
    ByteString full = ByteString.copyFrom(new byte[Limits.MAX_VALUE_BYTES]);
    ByteString name = ByteString.copyFromUtf8(key);
    try (RawSession session = new RawSession(cluster);
        RawSession other = new RawSession(cluster)) {
      // An append to a value that is full is refused.
      session.applied(
          1,
          1,
          Messages.operations(
              Messages.operation(io.ratiskv.protocol.v1.Operation.Kind.PUT, name, full)));
      BatchReply refused = session.applied(2, 2, Messages.append(key, "a"));
      assertThat(refused.getResult().getRefusalsList()).hasSize(1);
      assertThat(refused.getResult().getRefusals(0).getCode()).isEqualTo(Code.VALUE_TOO_LARGE);

      // Then there is room; but the retry is told what was told before.
      other.applied(1, 1, Messages.put(key, "short"));
      BatchReply again = session.applied(2, 2, Messages.append(key, "a"));
      assertThat(again.getDuplicate()).isTrue();
      assertThat(again.getResult()).isEqualTo(refused.getResult());
      assertThat(session.read(key)).isEqualTo("short");
    }
  }

  @Test
  void openRetriedGivesTheSameSession() {
    try (RawSession session = new RawSession(cluster)) {
      assertThat(session.reopen()).isEqualTo(session.id());
      session.applied(1, 1, Messages.append(key, "a"));
      assertThat(session.reopen()).isEqualTo(session.id());

      // An open takes no reply away.
      assertThat(session.applied(1, 1, Messages.append(key, "a")).getDuplicate()).isTrue();

      // Also at the next leader.
      cluster.elect(cluster.followers().get(0));
      assertThat(session.reopen()).isEqualTo(session.id());
    }
  }

  @Test
  void sessionsThatAreOpenedAtTheSameTimeAreDifferent() {
    // Fifty opens come together, and so share a log entry or a few.
    Set<Long> sessions = new HashSet<>();
    try (RawClient client = cluster.raw(cluster.leader())) {
      List<ByteString> nonces = Stream.generate(Messages::nonce).limit(50).toList();
      nonces.forEach(nonce -> client.send(Messages.open(nonce)));
      for (ByteString nonce : nonces) {
        ServerMessage opened =
            client.await("a session", m -> m.hasOpened() && m.getOpened().getNonce().equals(nonce));
        assertThat(sessions.add(opened.getOpened().getSession()))
            .as("session %d was given once", opened.getOpened().getSession())
            .isTrue();
      }
      // Each of them can write under its own number 1.
      for (long session : sessions) {
        client.send(Messages.batch(session, 1, 1, Messages.append(key, "x")));
      }
      for (long session : sessions) {
        assertThat(client.answer(session, 1).getApplied().getDuplicate()).isFalse();
      }
      assertThat(client.read(1, key)).hasSize(50);
    }
  }

  @Test
  void nothingIsExecutedInASessionThatHasEnded() {
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.append(key, "a"));
      session.end();
      for (long sequence = 1; sequence <= 2; sequence++) {
        Refusal refusal = session.refused(sequence, 1, Messages.append(key, "a"));
        assertThat(refusal.getCode()).isEqualTo(Code.SESSION_EXPIRED);
      }
      assertThat(session.read(key)).isEqualTo("a");

      // To end it again is no error, and the nonce opens another one.
      session.end();
      assertThat(session.reopen()).isNotEqualTo(session.id());
    }
  }

  @Test
  void numbersAtTheirEdges() {
    try (RawSession session = new RawSession(cluster)) {
      // 0 is no number, nor is one above 2^63 - 1; the first unanswered is at most the number.
      for (long[] numbers : new long[][] {{0, 0}, {0, 1}, {1, 0}, {1, 2}, {-1, 1}, {-1, -1}}) {
        Refusal refusal = session.refused(numbers[0], numbers[1], Messages.append(key, "a"));
        assertThat(refusal.getCode()).isEqualTo(Code.MALFORMED);
      }
      // The greatest is only out of order, and doesn't move the window.
      for (long first : new long[] {1, Long.MAX_VALUE}) {
        Refusal refusal = session.refused(Long.MAX_VALUE, first, Messages.append(key, "a"));
        assertThat(refusal.getCode()).isEqualTo(Code.OUT_OF_ORDER);
      }
      session.applied(1, 1, Messages.append(key, "a"));
      assertThat(session.read(key)).isEqualTo("a");
    }
  }
}
