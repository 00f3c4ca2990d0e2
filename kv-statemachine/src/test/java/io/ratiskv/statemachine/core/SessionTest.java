package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.ALICE;
import static io.ratiskv.statemachine.core.Entries.BOB;
import static io.ratiskv.statemachine.core.Entries.append;
import static io.ratiskv.statemachine.core.Entries.applied;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.close;
import static io.ratiskv.statemachine.core.Entries.closed;
import static io.ratiskv.statemachine.core.Entries.duplicate;
import static io.ratiskv.statemachine.core.Entries.open;
import static io.ratiskv.statemachine.core.Entries.opened;
import static io.ratiskv.statemachine.core.Entries.operation;
import static io.ratiskv.statemachine.core.Entries.put;
import static io.ratiskv.statemachine.core.Entries.refused;
import static io.ratiskv.statemachine.core.Entries.result;
import static io.ratiskv.statemachine.core.Entries.tooLarge;
import static io.ratiskv.statemachine.core.Entries.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Operation.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The rules of exactly once, one by one. */
class SessionTest {
  private static final int WINDOW = Limits.SESSION_WINDOW;
  private static final long NOBODY = 999;

  private final Replica replica = Replica.empty();

  @Nested
  class Opening {
    @Test
    void sessionsAreNumberedInTheOrderOfTheirOpening() {
      replica.skipTo(41);
      assertThat(replica.apply(open(ALICE, "n"), open(BOB, "n")))
          .containsExactly(opened(1), opened(2));
      assertThat(replica.applyOne(open(ALICE, "m"))).isEqualTo(opened(3));
      assertThat(replica.state().sessions()).isEqualTo(3);
      assertThat(replica.state().lastSequence(3)).isZero();
    }

    @Test
    void theSameNonceAgainFindsTheSameSession() {
      long session = opens(ALICE, "n");
      replica.applyOne(batch(ALICE, session, 1, 1, append("k", "x")));
      assertThat(replica.applyOne(open(ALICE, "n"))).isEqualTo(opened(session));
      assertThat(replica.state().sessions()).isEqualTo(1);
      assertThat(replica.applyOne(batch(ALICE, session, 1, 1, append("k", "x"))))
          .isEqualTo(duplicate(session, 1, 2, 1));
    }

    @Test
    void theSameNonceTwiceInOneEntryOpensOneSession() {
      assertThat(replica.apply(open(ALICE, "n"), open(ALICE, "n")))
          .containsExactly(opened(1), opened(1));
      assertThat(replica.state().sessions()).isEqualTo(1);
    }

    @Test
    void anotherNonceOpensAnotherSession() {
      assertThat(opens(ALICE, "n")).isNotEqualTo(opens(ALICE, "m"));
      assertThat(replica.state().sessions()).isEqualTo(2);
    }

    @Test
    void theSameNonceOfAnotherPrincipalOpensAnotherSession() {
      assertThat(opens(ALICE, "n")).isNotEqualTo(opens(BOB, "n"));
      assertThat(replica.state().sessions()).isEqualTo(2);
    }

    @Test
    void twoClientsWhoseOpensCameIntoOneEntryNeverShareASession() {
      List<Reply> replies = replica.apply(open(ALICE, "n"), open(BOB, "m"), open(ALICE, "o"));
      Set<Long> sessions = new HashSet<>();
      int opens = 0;
      for (Reply reply : replies) {
        if (reply instanceof Reply.Opened opened) {
          opens++;
          sessions.add(opened.session());
        }
      }
      assertThat(sessions).hasSize(opens);
      assertThat(replica.state().sessions()).isEqualTo(opens);
    }

    @Test
    void aSessionThatWasClosedDoesNotComeBackUnderItsNumberInTheSameEntry() {
      List<Reply> replies = replica.apply(open(ALICE, "n"), close(ALICE, 1), open(ALICE, "m"));
      assertThat(replies.subList(0, 2)).containsExactly(opened(1), closed(1));
      assertThat(replies.get(2)).isNotEqualTo(opened(1));
    }

    @Test
    void afterACloseTheSameNonceOpensANewSession() {
      long first = opens(ALICE, "n");
      replica.applyOne(close(ALICE, first));
      assertThat(opens(ALICE, "n")).isEqualTo(first + 1);
    }

    @Test
    void atThePrincipalsCapOpeningIsRefusedUntilOneIsClosed() {
      long first = opens(ALICE, "first");
      for (int i = 1; i < Limits.MAX_SESSIONS_PER_PRINCIPAL; i++) {
        opens(ALICE, "n" + i);
      }
      Reply full = refused(Code.TOO_MANY_SESSIONS, 1_000, 1_000);
      assertThat(replica.applyOne(open(ALICE, "more"))).isEqualTo(full);
      assertThat(replica.applyOne(open(ALICE, "first"))).isEqualTo(opened(first));
      opens(BOB, "others go on");
      replica.applyOne(close(ALICE, first));
      assertThat(opens(ALICE, "more")).isEqualTo(Limits.MAX_SESSIONS_PER_PRINCIPAL + 2);
      assertThat(replica.applyOne(open(ALICE, "one too many"))).isEqualTo(full);
    }

    @Test
    void atTheClustersCapOpeningIsRefusedUntilOneIsClosed() {
      for (int i = 0; i < Limits.MAX_SESSIONS; i++) {
        opens("", "n" + i);
      }
      Reply full = refused(Code.TOO_MANY_SESSIONS, 10_000, 10_000);
      assertThat(replica.applyOne(open(ALICE, "more"))).isEqualTo(full);
      assertThat(replica.applyOne(open("", "more"))).isEqualTo(full);
      assertThat(replica.applyOne(open("", "n7"))).isEqualTo(opened(8));
      assertThat(replica.state().sessions()).isEqualTo(Limits.MAX_SESSIONS);
      replica.applyOne(close("", 1));
      assertThat(opens(ALICE, "more")).isEqualTo(Limits.MAX_SESSIONS + 1);
    }

    @Test
    void aRefusedOpenThatIsTriedAgainAfterwardsOpens() {
      SessionTable table = new SessionTable();
      for (int i = 0; i < Limits.MAX_SESSIONS_PER_PRINCIPAL; i++) {
        table.open(i + 1, new Command.Open(ALICE, Bytes.utf8("n" + i)));
      }
      Command.Open more = new Command.Open(ALICE, Bytes.utf8("more"));
      assertThat(table.open(5_000, more)).isInstanceOf(Reply.Refused.class);
      table.close(new Command.Close(ALICE, 1));
      assertThat(table.open(5_001, more)).isEqualTo(opened(1_001));
    }
  }

  @Nested
  class Closing {
    @Test
    void aClosedSessionTakesNoMoreBatches() {
      long session = opens(ALICE, "n");
      replica.applyOne(batch(ALICE, session, 1, 1, append("k", "x")));
      assertThat(replica.applyOne(close(ALICE, session))).isEqualTo(closed(session));
      assertThat(replica.state().lastSequence(session)).isEqualTo(-1);
      assertThat(replica.applyOne(batch(ALICE, session, 2, 1, append("k", "y"))))
          .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
      // Nor does it answer for what it did.
      assertThat(replica.applyOne(batch(ALICE, session, 1, 1, append("k", "x"))))
          .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
      assertThat(replica.value("k")).isEqualTo("x");
    }

    @Test
    void closingTwiceIsClosingOnce() {
      long session = opens(ALICE, "n");
      replica.applyOne(close(ALICE, session));
      assertThat(replica.applyOne(close(ALICE, session))).isEqualTo(closed(session));
      assertThat(replica.state().sessions()).isZero();
    }

    @Test
    void aSessionThatNeverWasIsClosed() {
      assertThat(replica.applyOne(close(ALICE, NOBODY))).isEqualTo(closed(NOBODY));
    }

    @Test
    void nobodyClosesAnothersSession() {
      long session = opens(ALICE, "n");
      assertThat(replica.applyOne(close(BOB, session))).isEqualTo(refused(Code.DENIED, 0, 0));
      assertThat(replica.applyOne(close("", session))).isEqualTo(refused(Code.DENIED, 0, 0));
      assertThat(replica.state().sessions()).isEqualTo(1);
    }

    @Test
    void aBatchBeforeTheCloseInTheSameEntryIsDoneAndOneAfterItIsNot() {
      long session = opens(ALICE, "n");
      assertThat(
              replica.apply(
                  batch(ALICE, session, 1, 1, append("k", "x")),
                  close(ALICE, session),
                  batch(ALICE, session, 2, 1, append("k", "y"))))
          .containsExactly(
              applied(session, 1, 2, 1), closed(session), refused(Code.SESSION_EXPIRED, 0, 0));
      assertThat(replica.value("k")).isEqualTo("x");
    }
  }

  @Nested
  class Batches {
    private final long session = opens(ALICE, "n");

    @Test
    void theNextInOrderIsExecuted() {
      assertThat(send(1, 1, append("k", "a"), put("l", "bcd")))
          .isEqualTo(applied(session, 1, 2, 1, 3));
      assertThat(send(2, 1, append("k", "ef"))).isEqualTo(applied(session, 2, 3, 3));
      assertThat(replica.value("k")).isEqualTo("aef");
      assertThat(replica.state().lastSequence(session)).isEqualTo(2);
      assertThat(replica.state().duplicates()).isZero();
    }

    @Test
    void operationsOfABatchTakeEffectInTheirOrder() {
      send(1, 1, append("k", "a"), append("k", "b"), put("k", "c"), append("k", "d"));
      assertThat(replica.value("k")).isEqualTo("cd");
    }

    @Test
    void severalInOneEntryAreExecutedInTheirOrder() {
      assertThat(
              replica.apply(
                  batch(ALICE, session, 1, 1, append("k", "a")),
                  batch(ALICE, session, 2, 1, append("k", "b")),
                  batch(ALICE, session, 1, 1, append("k", "a"))))
          .containsExactly(
              applied(session, 1, 2, 1), applied(session, 2, 2, 2), duplicate(session, 1, 2, 1));
      assertThat(replica.value("k")).isEqualTo("ab");
    }

    @Test
    void withoutASessionNothingIsExecuted() {
      assertThat(replica.applyOne(batch(ALICE, NOBODY, 1, 1, put("k", "x"))))
          .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
      assertThat(replica.applyOne(batch(ALICE, 0, 1, 1, put("k", "x"))))
          .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
      assertThat(replica.applyOne(batch(ALICE, -1, 1, 1, put("k", "x"))))
          .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
      assertThat(replica.value("k")).isEqualTo("absent");
    }

    @Test
    void anotherPrincipalIsDeniedAndLeavesNoTrace() {
      send(1, 1, append("k", "a"));
      assertThat(replica.applyOne(batch(BOB, session, 2, 2, append("k", "b"))))
          .isEqualTo(refused(Code.DENIED, 0, 0));
      assertThat(replica.applyOne(batch("", session, 1, 1, append("k", "a"))))
          .isEqualTo(refused(Code.DENIED, 0, 0));
      assertThat(send(1, 1, append("k", "a"))).isEqualTo(duplicate(session, 1, 2, 1));
      assertThat(replica.value("k")).isEqualTo("a");
    }

    @Test
    void aDuplicateIsAnsweredWithTheStoredReplyAndItsFlag() {
      send(1, 1, append("k", "a"));
      send(2, 1, put("k", "longer"));
      assertThat(send(1, 1, append("k", "a"))).isEqualTo(duplicate(session, 1, 2, 1));
      assertThat(send(1, 1, append("k", "a"))).isEqualTo(duplicate(session, 1, 2, 1));
      assertThat(replica.value("k")).isEqualTo("longer");
      assertThat(replica.state().duplicates()).isEqualTo(2);
    }

    @Test
    void theSameNumberWithAnotherPayloadIsRefused() {
      send(1, 1, append("k", "a"));
      assertThat(send(1, 1, append("k", "b"))).isEqualTo(refused(Code.SEQUENCE_REUSED, 1, 2));
      assertThat(send(1, 1, put("k", "a"))).isEqualTo(refused(Code.SEQUENCE_REUSED, 1, 2));
      assertThat(send(1, 1, append("k", "a"), append("k", "a")))
          .isEqualTo(refused(Code.SEQUENCE_REUSED, 1, 2));
      assertThat(replica.value("k")).isEqualTo("a");
      // The first one's answer is still to be had.
      assertThat(send(1, 1, append("k", "a"))).isEqualTo(duplicate(session, 1, 2, 1));
    }

    @Test
    void theSamePayloadUnderTheNextNumberIsANewBatch() {
      send(1, 1, append("k", "a"));
      assertThat(send(2, 1, append("k", "a"))).isEqualTo(applied(session, 2, 3, 2));
      assertThat(replica.value("k")).isEqualTo("aa");
    }

    @Test
    void belowTheKeptRepliesABatchIsStale() {
      send(1, 1, append("k", "a"));
      send(2, 2, append("k", "b"));
      assertThat(send(1, 1, append("k", "a"))).isEqualTo(refused(Code.STALE, 1, 2));
      // Another payload makes no difference.
      assertThat(send(1, 1, append("k", "z"))).isEqualTo(refused(Code.STALE, 1, 2));
      assertThat(replica.value("k")).isEqualTo("ab");
    }

    @Test
    void aheadOfTheNextABatchIsOutOfOrderAndNothingIsRecordedOfIt() {
      assertThat(send(2, 1, append("k", "b"))).isEqualTo(refused(Code.OUT_OF_ORDER, 2, 1));
      assertThat(replica.value("k")).isEqualTo("absent");
      assertThat(replica.state().lastSequence(session)).isZero();
      assertThat(send(1, 1, append("k", "a"))).isEqualTo(applied(session, 1, 3, 1));
      // Sent again in order it is executed; even with another payload.
      assertThat(send(2, 1, append("k", "c"))).isEqualTo(applied(session, 2, 4, 2));
      assertThat(replica.value("k")).isEqualTo("ac");
      assertThat(replica.state().duplicates()).isZero();
    }

    @Test
    void withTheWindowFullOfUnansweredBatchesTheNextIsRefused() {
      for (int i = 1; i <= WINDOW; i++) {
        send(i, 1, append("k", "x"));
      }
      assertThat(send(WINDOW + 1, 1, append("k", "y")))
          .isEqualTo(refused(Code.WINDOW_EXCEEDED, WINDOW + 1, WINDOW));
      assertThat(replica.value("k")).isEqualTo("x".repeat(WINDOW));
      assertThat(replica.state().lastSequence(session)).isEqualTo(WINDOW);
      // All of the window is answered for, and the same batch is taken once one is out of it.
      assertThat(send(1, 1, append("k", "x"))).isEqualTo(duplicate(session, 1, 2, 1));
      assertThat(send(WINDOW + 1, 2, append("k", "y")))
          .isEqualTo(applied(session, WINDOW + 1, replica.index(), WINDOW + 1));
      assertThat(send(1, 1, append("k", "x"))).isEqualTo(refused(Code.STALE, 1, 2));
      assertThat(send(2, 1, append("k", "x"))).isEqualTo(duplicate(session, 2, 3, 2));
    }

    @Test
    void repliesBelowTheFirstUnansweredAreDroppedAndNoneAboveIt() {
      for (int i = 1; i <= 6; i++) {
        send(i, 1, append("k", "x"));
      }
      assertThat(send(7, 4, append("k", "x"))).isInstanceOf(Reply.Applied.class);
      assertThat(send(3, 1, append("k", "x"))).isEqualTo(refused(Code.STALE, 3, 4));
      for (int i = 4; i <= 7; i++) {
        assertThat(send(i, 1, append("k", "x"))).isEqualTo(duplicate(session, i, i + 1, i));
      }
    }

    @Test
    void aDuplicateDropsRepliesTooButNeverItsOwn() {
      for (int i = 1; i <= 3; i++) {
        send(i, 1, append("k", "x"));
      }
      assertThat(send(2, 2, append("k", "x"))).isEqualTo(duplicate(session, 2, 3, 2));
      assertThat(send(1, 1, append("k", "x"))).isEqualTo(refused(Code.STALE, 1, 2));
      assertThat(send(2, 1, append("k", "x"))).isEqualTo(duplicate(session, 2, 3, 2));
    }

    @Test
    void aLateBatchWithALowerFirstUnansweredBringsNothingBack() {
      send(1, 1, append("k", "x"));
      send(2, 1, append("k", "x"));
      send(3, 3, append("k", "x"));
      assertThat(send(3, 1, append("k", "x"))).isEqualTo(duplicate(session, 3, 4, 3));
      assertThat(send(2, 1, append("k", "x"))).isEqualTo(refused(Code.STALE, 2, 3));
    }

    @Test
    void aFirstUnansweredBeyondTheNextDropsAllAndTheOrderGoesOn() {
      send(1, 1, append("k", "x"));
      assertThat(send(9, 9, append("k", "x"))).isEqualTo(refused(Code.OUT_OF_ORDER, 9, 2));
      assertThat(send(1, 1, append("k", "x"))).isEqualTo(refused(Code.STALE, 1, 2));
      assertThat(send(2, 2, append("k", "x"))).isEqualTo(applied(session, 2, 5, 2));
    }

    @Test
    void aRefusedAppendIsAnsweredTheSameAfterItsCauseIsGone() {
      int half = Limits.MAX_VALUE_BYTES / 2 + 1;
      ByteString big =
          Entries.operations(operation(Kind.APPEND, ByteString.copyFromUtf8("k"), zeros(half)));
      assertThat(replica.applyOne(batch(ALICE, session, 1, 1, big)))
          .isEqualTo(applied(session, 1, 2, half));
      BatchResult full = result(3, half).addRefusals(tooLarge(0, 2L * half)).build();
      assertThat(replica.applyOne(batch(ALICE, session, 2, 1, big)))
          .isEqualTo(applied(session, 2, full));
      assertThat(replica.length("k")).isEqualTo(half);
      // Now there is room.
      send(3, 1, put("k", "short"));
      assertThat(replica.applyOne(batch(ALICE, session, 2, 1, big)))
          .isEqualTo(duplicate(session, 2, full));
      assertThat(replica.value("k")).isEqualTo("short");
    }

    @Test
    void aRefusedAppendNamesItsPlaceAndDoesNotHinderTheOthersOfItsBatch() {
      ByteString full =
          Entries.operations(
              operation(Kind.PUT, ByteString.copyFromUtf8("k"), zeros(Limits.MAX_VALUE_BYTES)));
      replica.applyOne(batch(ALICE, session, 1, 1, full));
      assertThat(send(2, 1, put("a", "1"), append("k", "xy"), append("a", "2")))
          .isEqualTo(
              applied(
                  session,
                  2,
                  result(3, 1, Limits.MAX_VALUE_BYTES, 2)
                      .addRefusals(tooLarge(1, Limits.MAX_VALUE_BYTES + 2L))
                      .build()));
      assertThat(replica.value("a")).isEqualTo("12");
      assertThat(replica.length("k")).isEqualTo(Limits.MAX_VALUE_BYTES);
    }

    @Test
    void sessionsDoNotMeet() {
      long other = opens(BOB, "n");
      send(1, 1, append("k", "a"));
      assertThat(replica.applyOne(batch(BOB, other, 1, 1, append("k", "b"))))
          .isEqualTo(applied(other, 1, replica.index(), 2));
      assertThat(replica.applyOne(batch(BOB, other, 3, 3, append("k", "b"))))
          .isEqualTo(refused(Code.OUT_OF_ORDER, 3, 2));
      assertThat(send(1, 1, append("k", "a"))).isInstanceOf(Reply.Applied.class);
      replica.applyOne(close(BOB, other));
      assertThat(send(2, 1, append("k", "c"))).isInstanceOf(Reply.Applied.class);
      assertThat(replica.value("k")).isEqualTo("abc");
    }

    @Test
    void twoProcessesOnOneSessionNeverGetEachOthersAnswers() {
      send(1, 1, append("k", "mine"));
      assertThat(send(1, 1, append("k", "yours"))).isEqualTo(refused(Code.SEQUENCE_REUSED, 1, 2));
      send(2, 2, append("k", "!"));
      assertThat(send(1, 1, append("k", "yours"))).isEqualTo(refused(Code.STALE, 1, 2));
      assertThat(replica.value("k")).isEqualTo("mine!");
    }

    private Reply send(long sequence, long first, io.ratiskv.protocol.v1.Operation... operations) {
      return replica.applyOne(batch(ALICE, session, sequence, first, operations));
    }
  }

  @Nested
  class SequenceNumbersAtTheirEdges {
    private final long session = opens(ALICE, "n");

    @Test
    void zeroIsNoSequenceNumber() {
      assertMalformed(0, 0);
      assertMalformed(1, 0);
      assertMalformed(0, 1);
    }

    @Test
    void theFirstUnansweredIsNeverAboveTheBatch() {
      assertMalformed(1, 2);
      assertMalformed(7, Long.MAX_VALUE);
    }

    @Test
    void numbersOf63BitsAreTheHighest() {
      assertMalformed(Long.MIN_VALUE, 1);
      assertMalformed(-1, 1);
      assertMalformed(-1, -1);
      assertThat(replica.applyOne(numbered(Long.MAX_VALUE, 1)))
          .isEqualTo(refused(Code.OUT_OF_ORDER, Long.MAX_VALUE, 1));
      assertThat(replica.applyOne(numbered(Long.MAX_VALUE, Long.MAX_VALUE)))
          .isEqualTo(refused(Code.OUT_OF_ORDER, Long.MAX_VALUE, 1));
      assertThat(replica.applyOne(numbered(1, 1))).isInstanceOf(Reply.Applied.class);
    }

    @Test
    void aSessionFarOnGoesOn() {
      long next = Long.MAX_VALUE - 2;
      SessionTable table = new SessionTable();
      table.add(new Session(7, ALICE, Bytes.utf8("n"), next, List.of(), 7));
      Command.Batch batch = new Command.Batch(ALICE, 7, next, next, 1, List.of());
      assertThat(table.admit(8, batch)).isNull();
      table.executed(batch, new StoredReply(1, ByteString.EMPTY));
      assertThat(table.lastApplied(7)).isEqualTo(next);
      assertThat(table.admit(9, batch))
          .isEqualTo(new Reply.Applied(7, next, true, ByteString.EMPTY));
      assertThat(table.admit(9, new Command.Batch(ALICE, 7, 1, 1, 1, List.of())))
          .isEqualTo(refused(Code.STALE, 1, next));
    }

    private void assertMalformed(long sequence, long first) {
      assertThat(replica.applyOne(numbered(sequence, first)))
          .isEqualTo(refused(Code.MALFORMED, 0, 0));
      assertThat(replica.state().lastSequence(session)).isZero();
    }

    private io.ratiskv.protocol.v1.Command numbered(long sequence, long first) {
      return batch(ALICE, session, sequence, first, put("k", "v"));
    }
  }

  private long opens(String principal, String nonce) {
    if (replica.applyOne(open(principal, nonce)) instanceof Reply.Opened opened) {
      return opened.session();
    }
    throw new AssertionError("not opened");
  }
}
