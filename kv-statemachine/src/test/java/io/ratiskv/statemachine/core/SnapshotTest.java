package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.ALICE;
import static io.ratiskv.statemachine.core.Entries.BOB;
import static io.ratiskv.statemachine.core.Entries.append;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.close;
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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes into a snapshot comes out of it. */
class SnapshotTest {
  @Test
  void theIdOfASessionThatWasClosedIsNotUsedAgainAfterARestart() throws Exception {
    Replica before = Replica.empty();
    before.apply(open(ALICE, "n"), close(ALICE, 1));

    Replica after = Replica.restored(before.snapshot());

    assertThat(after.applyOne(open(ALICE, "m"))).isEqualTo(opened(2));
  }

  @Test
  void anEmptyStateComesBackEmpty() throws Exception {
    Replica restored = roundTrip(Replica.empty());
    assertThat(restored.state().keys()).isZero();
    assertThat(restored.state().bytes()).isZero();
    assertThat(restored.state().sessions()).isZero();
    assertThat(restored.state().digest()).isEqualTo(new KvState.Stamp(0, 0));
  }

  @Test
  void aKeyAndASessionTakeAtMost500Bytes() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    replica.apply(batch(ALICE, 1, 1, 1, put("key", "value")));
    assertThat(replica.snapshot().length).isLessThanOrEqualTo(500);
    Replica restored = roundTrip(replica);
    assertThat(restored.value("key")).isEqualTo("value");
    assertThat(restored.state().keys()).isEqualTo(1);
    assertThat(restored.state().bytes()).isEqualTo(8);
  }

  @Test
  void termIndexAndEpochComeBack() throws Exception {
    KvState state =
        new KvState(-9, Parameters.DEFAULT, new Store(), new SessionTable(), new Digest(0, 0));
    state.apply(7, Entries.barrier(), EntryListener.NONE);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // The index may be ahead of the digest's: entries of Raft's own are none of ours.
    SnapshotView view = state.view(5, 12);
    assertThat(view.term()).isEqualTo(5);
    assertThat(view.index()).isEqualTo(12);
    view.writeTo(out);
    SnapshotReader.Loaded loaded =
        SnapshotReader.read("s", new ByteArrayInputStream(out.toByteArray()));
    assertThat(loaded.term()).isEqualTo(5);
    assertThat(loaded.index()).isEqualTo(12);
    assertThat(loaded.state().clusterEpoch()).isEqualTo(-9);
    assertThat(loaded.state().digest()).isEqualTo(state.digest());
    assertThat(loaded.state().digest().index()).isEqualTo(7);
  }

  @Test
  void aCheckCountsWhatThereIs() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"), open(BOB, "m"));
    replica.apply(batch(ALICE, 1, 1, 1, put("key", "value"), put("other", "")));
    SnapshotSummary summary =
        SnapshotReader.check("s", new ByteArrayInputStream(replica.snapshot()));
    assertThat(summary)
        .isEqualTo(
            new SnapshotSummary(0, Replica.TERM, 2, replica.state().digest(), List.of(), 2, 2, 13));
    assertThat(replica.state().view(Replica.TERM, 2).summary()).isEqualTo(summary);
  }

  @Test
  void aNewLifeHasTheEntriesAndNoSessions() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"), open(BOB, "m"));
    replica.apply(Entries.retire("n1"));
    replica.apply(batch(ALICE, 1, 1, 1, put("key", "value")));
    KvState.Stamp before = replica.state().digest();

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    replica.state().view(Replica.TERM, 3).inEpoch(77).writeTo(out);
    Replica next = Replica.restored(out.toByteArray());

    assertThat(next.state().clusterEpoch()).isEqualTo(77);
    assertThat(next.value("key")).isEqualTo("value");
    assertThat(next.state().sessions()).isZero();
    assertThat(next.state().parameters()).isEqualTo(Parameters.DEFAULT);
    assertThat(next.applyOne(batch(ALICE, 1, 2, 1, put("key", "late"))))
        .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
    // Not even a number of before is given to another client.
    assertThat(next.applyOne(open(ALICE, "n"))).isEqualTo(opened(3));
    // Its digest is nobody else's: neither that of the old life, nor that of another new one.
    assertThat(replica.state().view(Replica.TERM, 3).inEpoch(77).summary().digest().digest())
        .isNotEqualTo(before.digest())
        .isNotEqualTo(
            replica.state().view(Replica.TERM, 3).inEpoch(78).summary().digest().digest());
    assertThat(replica.state().digest()).isEqualTo(before);
  }

  @Test
  void manyKeysAndSessionsFillSeveralSections() throws Exception {
    Replica replica = Replica.empty();
    for (int i = 1; i <= 3_000; i++) {
      replica.apply(open("", "nonce " + i));
      replica.apply(batch("", i, 1, 1, put("key " + i, "value " + i), append("k", "x")));
    }
    Sections sections = Sections.of(replica.snapshot());
    assertThat(sections.size()).isGreaterThanOrEqualTo(5);
    Replica restored = roundTrip(replica);
    assertThat(restored.value("key 1234")).isEqualTo("value 1234");
    assertThat(restored.length("k")).isEqualTo(3_000);
    assertThat(restored.state().sessions()).isEqualTo(3_000);
    assertThat(restored.state().lastSequence(2_001)).isEqualTo(1);
  }

  @Test
  void theGreatestKeysAndValuesFit() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    ByteString greatest = zeros(Limits.MAX_VALUE_BYTES);
    for (long i = 1; i <= 6; i += 2) {
      ByteString key = ByteString.copyFromUtf8("k" + i);
      ByteString longest = key.concat(zeros(Limits.MAX_KEY_BYTES - 2));
      // Just short of where a section ends, so that the greatest item comes into the same one.
      var small = operation(Kind.PUT, key, zeros(65_000));
      replica.apply(batch(ALICE, 1, i, i, small));
      replica.apply(batch(ALICE, 1, i + 1, i + 1, operation(Kind.PUT, longest, greatest)));
    }
    assertThat(roundTrip(replica).state().bytes()).isEqualTo(3L * ((1 << 20) + 4096 + 65_000 + 2));
  }

  @Test
  void storedRepliesComeBackAndAnswerDuplicates() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    replica.apply(batch(ALICE, 1, 1, 1, append("k", "a")));
    replica.apply(batch(ALICE, 1, 2, 1, append("k", "b"), put("l", "x")));
    replica.apply(batch(ALICE, 1, 3, 2, append("k", "c")));
    Replica restored = roundTrip(replica);
    assertThat(restored.applyOne(batch(ALICE, 1, 2, 1, append("k", "b"), put("l", "x"))))
        .isEqualTo(duplicate(1, 2, 3, 2, 1));
    assertThat(restored.applyOne(batch(ALICE, 1, 3, 1, append("k", "c"))))
        .isEqualTo(duplicate(1, 3, 4, 3));
    assertThat(restored.applyOne(batch(ALICE, 1, 1, 1, append("k", "a"))))
        .isEqualTo(refused(Code.STALE, 1, 2));
    assertThat(restored.applyOne(batch(ALICE, 1, 3, 1, append("k", "other"))))
        .isEqualTo(refused(Code.SEQUENCE_REUSED, 3, 4));
    assertThat(restored.applyOne(batch(ALICE, 1, 5, 1, append("k", "e"))))
        .isEqualTo(refused(Code.OUT_OF_ORDER, 5, 4));
    assertThat(restored.applyOne(batch(BOB, 1, 4, 1, append("k", "d"))))
        .isEqualTo(refused(Code.DENIED, 0, 0));
    assertThat(restored.value("k")).isEqualTo("abc");
  }

  @Test
  void aRefusedAppendIsAnsweredTheSameAfterARestore() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    ByteString full =
        Entries.operations(
            operation(Kind.PUT, ByteString.copyFromUtf8("k"), zeros(Limits.MAX_VALUE_BYTES)));
    replica.apply(batch(ALICE, 1, 1, 1, full));
    replica.apply(batch(ALICE, 1, 2, 1, append("k", "x")));
    Replica restored = roundTrip(replica);
    restored.apply(batch(ALICE, 1, 3, 1, put("k", "")));
    BatchResult refusal =
        result(3, Limits.MAX_VALUE_BYTES)
            .addRefusals(tooLarge(0, Limits.MAX_VALUE_BYTES + 1L))
            .build();
    assertThat(restored.applyOne(batch(ALICE, 1, 2, 1, append("k", "x"))))
        .isEqualTo(duplicate(1, 2, refusal));
    assertThat(restored.value("k")).isEmpty();
  }

  @Test
  void noncesAndCapsComeBack() throws Exception {
    Replica replica = Replica.empty();
    for (int i = 1; i <= Limits.MAX_SESSIONS_PER_PRINCIPAL; i++) {
      replica.apply(open(ALICE, "n" + i));
    }
    Replica restored = roundTrip(replica);
    assertThat(restored.applyOne(open(ALICE, "n5"))).isEqualTo(opened(5));
    assertThat(restored.applyOne(open(ALICE, "more")))
        .isEqualTo(refused(Code.TOO_MANY_SESSIONS, 1_000, 1_000));
    restored.apply(close(ALICE, 5));
    assertThat(restored.applyOne(open(ALICE, "more"))).isEqualTo(opened(1_001));
  }

  @Test
  void aRestoredReplicaAnswersAsTheOthersDoAfterOpensThatCameInOneEntry() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "a"), open(BOB, "b"));
    Replica restored = roundTrip(replica);
    for (int i = 0; i < 2; i++) {
      assertThat(restored.applyOne(open(ALICE, "a"))).isEqualTo(replica.applyOne(open(ALICE, "a")));
      assertThat(restored.applyOne(open(BOB, "b"))).isEqualTo(replica.applyOne(open(BOB, "b")));
    }
    assertThat(restored.state().digest()).isEqualTo(replica.state().digest());
  }

  @Test
  void theGreatestReplyOfEverySequenceInTheWindowFits() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open("p".repeat(Limits.MAX_PRINCIPAL_BYTES), "n"));
    io.ratiskv.protocol.v1.Command full =
        batch(
            "p".repeat(Limits.MAX_PRINCIPAL_BYTES),
            1,
            1,
            1,
            operation(Kind.PUT, ByteString.copyFromUtf8("k"), zeros(Limits.MAX_VALUE_BYTES)));
    replica.apply(full);
    ByteString refusals =
        Entries.operations(
            Collections.nCopies(Limits.MAX_BATCH_OPERATIONS, append("k", "x"))
                .toArray(new io.ratiskv.protocol.v1.Operation[0]));
    for (int i = 2; i <= Limits.SESSION_WINDOW; i++) {
      replica.apply(batch("p".repeat(Limits.MAX_PRINCIPAL_BYTES), 1, i, 1, refusals));
    }
    roundTrip(replica);
  }

  @Test
  void twoReplicasWithAnotherPastBehindThemWriteTheSameBytes() {
    Seeds.each(
        20,
        random -> {
          Replica whole = Replica.empty();
          Replica often = Replica.empty();
          List<byte[]> log = new ArrayList<>();
          for (int i = 1; i <= 5; i++) {
            log.add(Entries.entry(open(ALICE, "n" + i)));
          }
          for (int i = 1; i <= 200; i++) {
            String key = "k" + random.nextInt(10);
            String text = "x".repeat(random.nextInt(60));
            log.add(
                Entries.entry(
                    batch(
                        ALICE,
                        1,
                        i,
                        Math.max(1, i - random.nextInt(8)),
                        random.nextInt(5) == 0 ? put(key, text) : append(key, text))));
          }
          for (byte[] entry : log) {
            whole.apply(entry);
            often.apply(entry);
            if (random.nextInt(10) == 0) {
              often = Replica.restored(often.snapshot());
            }
          }
          assertThat(Arrays.equals(often.snapshot(), whole.snapshot())).isTrue();
        });
  }

  @Test
  void aSnapshotWrittenLateIsOfTheMomentItWasTaken() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    replica.apply(open(BOB, "n"));
    replica.apply(batch(ALICE, 1, 1, 1, put("k", "v"), append("l", "v")));
    byte[] now = replica.snapshot();
    SnapshotView view = replica.state().view(Replica.TERM, replica.index());
    replica.apply(batch(ALICE, 1, 2, 2, append("k", "w"), put("l", "w"), put("m", "w")));
    replica.apply(open(ALICE, "o"));
    replica.apply(close(BOB, 2));
    assertThat(Arrays.equals(Replica.write(view), now)).isTrue();
    assertThat(Arrays.equals(replica.snapshot(), now)).isFalse();
  }

  @Test
  void aSnapshotIsReadTheSameInDribsAndDrabs() throws Exception {
    Replica replica = Replica.empty();
    replica.apply(open(ALICE, "n"));
    replica.apply(batch(ALICE, 1, 1, 1, put("k", "v".repeat(100_000))));
    byte[] snapshot = replica.snapshot();
    InputStream slow =
        new ByteArrayInputStream(snapshot) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 7));
          }

          @Override
          public byte[] readNBytes(int length) throws IOException {
            byte[] bytes = new byte[length];
            return Arrays.copyOf(bytes, readNBytes(bytes, 0, length));
          }

          @Override
          public int readNBytes(byte[] into, int offset, int length) {
            int done = 0;
            while (done < length) {
              int read = read(into, offset + done, length - done);
              if (read < 0) {
                break;
              }
              done += read;
            }
            return done;
          }
        };
    assertThat(SnapshotReader.read("s", slow).state().digest()).isEqualTo(replica.state().digest());
  }

  /** Out, in, and out again: nothing may have changed. */
  private static Replica roundTrip(Replica replica) throws IOException {
    byte[] snapshot = replica.snapshot();
    Replica restored = Replica.restored(snapshot);
    assertThat(Arrays.equals(restored.snapshot(), snapshot)).isTrue();
    assertThat(restored.index()).isEqualTo(replica.index());
    assertThat(restored.state().digest()).isEqualTo(replica.state().digest());
    assertThat(restored.state().keys()).isEqualTo(replica.state().keys());
    assertThat(restored.state().bytes()).isEqualTo(replica.state().bytes());
    assertThat(restored.state().sessions()).isEqualTo(replica.state().sessions());
    return restored;
  }
}
