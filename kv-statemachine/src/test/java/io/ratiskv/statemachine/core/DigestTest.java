package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.ALICE;
import static io.ratiskv.statemachine.core.Entries.append;
import static io.ratiskv.statemachine.core.Entries.barrier;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.entry;
import static io.ratiskv.statemachine.core.Entries.open;
import static io.ratiskv.statemachine.core.Entries.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Code;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {
  private static final List<byte[]> HISTORY =
      List.of(
          entry(open(ALICE, "n")),
          entry(batch(ALICE, 1, 1, 1, put("k", "v"))),
          barrier(),
          entry(batch(ALICE, 1, 2, 1, append("k", "w"), append("l", "x"))),
          entry(batch(ALICE, 1, 1, 1, put("k", "v"))),
          "bytes that are no entry".getBytes(StandardCharsets.UTF_8),
          entry(batch(ALICE, 1, 9, 1, put("k", "v"))));

  @Test
  void equalHistoriesHaveEqualDigestsAtEveryIndex() {
    Replica one = Replica.empty();
    Replica other = Replica.empty();
    for (byte[] entry : HISTORY) {
      one.apply(entry);
      other.apply(entry.clone());
      assertThat(one.state().digest()).isEqualTo(other.state().digest());
    }
    assertThat(one.state().digest().index()).isEqualTo(HISTORY.size());
  }

  @Test
  void everyEntryChangesTheDigestAnEmptyOneToo() {
    Replica replica = Replica.empty();
    long before = replica.digest();
    for (byte[] entry : HISTORY) {
      replica.apply(entry);
      assertThat(replica.digest()).isNotEqualTo(before);
      before = replica.digest();
    }
  }

  @Test
  void theFirstEntryIsNeverForgotten() {
    Replica one = Replica.empty();
    Replica other = Replica.empty();
    one.apply(entry(open(ALICE, "n")));
    other.apply(entry(open(ALICE, "m")));
    one.skipTo(50);
    other.skipTo(50);
    assertThat(one.digest()).isNotEqualTo(other.digest());
  }

  @Test
  void theSameEntriesAtOtherIndicesHaveAnotherDigest() {
    assertThat(digest(7, barrier())).isNotEqualTo(digest(8, barrier()));
  }

  @Test
  void oneBitOfAnEntryChangesTheDigest() {
    byte[] entry = entry(batch(ALICE, 5, 1, 1, put("k", "v")));
    long digest = digest(7, entry);
    for (int bit = 0; bit < 8 * entry.length; bit++) {
      byte[] other = entry.clone();
      other[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(digest(7, other)).as("bit " + bit).isNotEqualTo(digest);
    }
  }

  @Test
  void whateverDiffersInAReplyIsInTheDigest() {
    ByteString result = ByteString.copyFromUtf8("result");
    List<List<Reply>> answers =
        List.of(
            List.of(),
            List.of(new Reply.Opened(1)),
            List.of(new Reply.Opened(2)),
            List.of(new Reply.Opened(1), new Reply.Opened(2)),
            List.of(new Reply.Opened(2), new Reply.Opened(1)),
            List.of(new Reply.Closed(1)),
            List.of(new Reply.Closed(2)),
            List.of(new Reply.Applied(1, 1, false, result)),
            List.of(new Reply.Applied(2, 1, false, result)),
            List.of(new Reply.Applied(1, 2, false, result)),
            List.of(new Reply.Applied(1, 1, true, result)),
            List.of(new Reply.Applied(1, 1, false, ByteString.EMPTY)),
            List.of(new Reply.Applied(1, 1, false, ByteString.copyFromUtf8("resulT"))),
            List.of(new Reply.Refused(Code.STALE, 1, 2)),
            List.of(new Reply.Refused(Code.OUT_OF_ORDER, 1, 2)),
            List.of(new Reply.Refused(Code.STALE, 2, 2)),
            List.of(new Reply.Refused(Code.STALE, 1, 1)));
    assertThat(answers.stream().map(DigestTest::digestWith)).doesNotHaveDuplicates();
  }

  private static long digestWith(List<Reply> replies) {
    Digest digest = new Digest(0, 0);
    digest.begin(1, barrier());
    replies.forEach(digest::reply);
    digest.end();
    return digest.value();
  }

  @Test
  void aStateThatAnswersOtherwiseHasAnotherDigestAfterTheSameEntry() {
    // The same digest to begin with, but not the same sessions.
    Digest one = new Digest(5, 99);
    Digest other = new Digest(5, 99);
    SessionTable sessions = new SessionTable();
    sessions.add(Session.opened(1, 1, ALICE, Bytes.utf8("n")));
    KvState with = new KvState(0, Parameters.DEFAULT, new Store(), sessions, one);
    KvState without = new KvState(0, Parameters.DEFAULT, new Store(), new SessionTable(), other);
    byte[] entry = entry(batch(ALICE, 1, 1, 1, put("k", "v")));
    with.apply(6, entry, EntryListener.NONE);
    without.apply(6, entry, EntryListener.NONE);
    assertThat(with.digest().digest()).isNotEqualTo(without.digest().digest());
  }

  @Test
  void theDigestOfAHistoryIsTheSameInEveryVersion() {
    Replica replica = applied(HISTORY);
    // If this changes, servers of two versions in one cluster find each other broken.
    assertThat(String.format("%016x", replica.digest())).isEqualTo("f8fade3a58a8b251");
  }

  @Test
  void theLeadersWordThatAgreesPasses() {
    Replica replica = applied(HISTORY);
    long digest = replica.digest();
    replica.apply(barrier(HISTORY.size(), digest));
    replica.skipTo(500);
    replica.apply(barrier(HISTORY.size(), digest));
    assertThat(replica.state().digest().index()).isEqualTo(501);
  }

  @Test
  void theLeadersWordThatDiffersStopsTheReplicaBeforeAnythingIsDone() {
    Replica replica = applied(HISTORY);
    byte[] check = barrier(HISTORY.size(), replica.digest() + 1);
    byte[] write = entry(batch(ALICE, 1, 3, 1, put("k", "never")));
    byte[] both = new byte[check.length + write.length];
    System.arraycopy(write, 0, both, 0, write.length);
    System.arraycopy(check, 0, both, write.length, check.length);
    assertThatThrownBy(() -> replica.apply(both))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("entry " + HISTORY.size())
        .hasMessageContaining(String.format("%016x", replica.digest()))
        .hasMessageContaining(String.format("%016x", replica.digest() + 1));
    assertThat(replica.value("k")).isEqualTo("vw");
  }

  @Test
  void everyIndexJustPassedIsRemembered() {
    Replica replica = Replica.empty().skipTo(2_000);
    long newest = replica.index();
    for (long index = newest; index > newest - 900; index--) {
      byte[] check = barrier(index, replica.digest() + 1);
      KvState state = replica.state();
      assertThatThrownBy(() -> state.apply(newest + 1, check, EntryListener.NONE))
          .as("index " + index)
          .isInstanceOf(DigestMismatchException.class);
    }
  }

  @Test
  void aWordAboutAnIndexThatIsNotRememberedIsIgnored() {
    Replica replica = Replica.empty().skipTo(2_000);
    replica.apply(barrier(1, 12345));
    replica.apply(barrier(2_000 - 1_024, 12345));
    replica.apply(barrier(2_004, 12345));
    replica.apply(barrier(Long.MAX_VALUE, 12345));
    replica.apply(barrier(-1, 12345));
    assertThat(replica.state().digest().index()).isEqualTo(2_005);
  }

  @Test
  void afterARestoreOnlyTheSnapshotsOwnIndexIsRemembered() throws Exception {
    Replica origin = applied(HISTORY);
    Replica replica = Replica.restored(origin.snapshot());
    long index = replica.index();
    replica.apply(barrier(index - 1, 12345));
    assertThatThrownBy(() -> replica.apply(barrier(index, origin.digest() + 1)))
        .isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void overSnapshotAndRestoreTheDigestGoesOnToTheSameValue() throws Exception {
    for (int cut = 0; cut <= HISTORY.size(); cut++) {
      Replica replica = Replica.restored(applied(HISTORY.subList(0, cut)).snapshot());
      for (byte[] entry : HISTORY.subList(cut, HISTORY.size())) {
        replica.apply(entry);
      }
      assertThat(replica.state().digest())
          .as("cut at " + cut)
          .isEqualTo(applied(HISTORY).state().digest());
    }
  }

  private static Replica applied(List<byte[]> history) {
    Replica replica = Replica.empty();
    history.forEach(replica::apply);
    return replica;
  }

  private static long digest(long index, byte[] entry) {
    Digest digest = new Digest(0, 0);
    digest.begin(index, entry);
    digest.end();
    return digest.value();
  }
}
