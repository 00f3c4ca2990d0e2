package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.KvState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One whose client can't be told anything, among others of an entry. */
class GatheringTest {
  private final FakeClient client = new FakeClient();
  private final FakeClient broken = new FakeClient();
  private final List<Request> answered = new ArrayList<>();
  private final List<Gathering> finished = new ArrayList<>();
  private final Gathering gathering =
      new Gathering(new KvState.Stamp(0, 0), answered::add, finished::add);

  GatheringTest() {
    broken.breaks();
    gathering.add(broken.read(1, "k"));
    gathering.add(broken.open(1));
    gathering.add(client.open(2));
    gathering.add(broken.read(2, "k"));
    gathering.add(client.read(3, "k"));
  }

  /** Else the applying thread would take it for an entry that can't be applied. */
  @Test
  void itsRequestsCostTheOthersNothingWhereTheEntryIsApplied() {
    KvState.empty().apply(1, gathering.entry().toByteArray(), gathering);

    assertThat(client.sent()).hasSize(2);
    assertThat(client.sent().get(0).getOpened().getSession()).isEqualTo(2);
    assertThat(client.sent().get(1).getRead().getId()).isEqualTo(3);
    allAreDone();
  }

  @Test
  void norWhereItIsRefused() {
    gathering.refuse(Refusals.of(Code.UNAVAILABLE, "the server is stopping"));

    assertThat(client.sent()).hasSize(2).allMatch(ServerMessage::hasRefusal);
    allAreDone();
  }

  private void allAreDone() {
    assertThat(broken.failure()).hasMessageContaining("a request could not be answered");
    assertThat(answered).hasSize(5);
    assertThat(finished).containsExactly(gathering);
  }
}
