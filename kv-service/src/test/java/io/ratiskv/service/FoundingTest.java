package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.v1.FoundingState;
import io.ratiskv.service.storage.Life;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether a server with an empty folder may take its place. */
class FoundingTest {
  private static final String MINE = "0".repeat(32);
  private static final String FORMER = "f".repeat(32);

  private static final List<String> LIST = List.of("n1=h:1/h:101", "n2=h:2/h:102", "n3=h:3/h:103");

  private final Map<String, FoundingState> answers = new HashMap<>();
  private final Map<String, String> lives = new HashMap<>();

  @Test
  void allAreNew() throws IOException {
    answer("n2", "2", false, Map.of());
    answer("n3", "3", false, Map.of());
    assertThat(ask()).isEmpty();
    assertThat(lives).isEqualTo(Map.of("n2", "2", "n3", "3"));
  }

  @Test
  void whoIsSilentIsWaitedFor() throws IOException {
    answer("n2", "2", false, Map.of());
    assertThat(ask()).containsExactly("n3");
  }

  @Test
  void othersWereFasterAndCountOnThisLife() throws IOException {
    answer("n2", "2", true, Map.of("n1", MINE, "n2", "2", "n3", "3"));
    answer("n3", "3", false, Map.of());
    assertThat(ask()).isEmpty();
  }

  /** The servers that were faster had begun, and one of them died before this one had heard it. */
  @Test
  void whoeverHasFoundedTheClusterWithThisLifeHasHeardAll() throws IOException {
    answer("n3", "3", true, Map.of("n1", MINE, "n2", "2", "n3", "3"));
    assertThat(ask()).isEmpty();
    assertThat(lives).isEqualTo(Map.of("n1", MINE, "n2", "2", "n3", "3"));
  }

  @Test
  void itWasFoundedByMoreServersThanAreNamedHere() {
    answer("n2", "2", true, Map.of("n1", MINE, "n2", "2", "n3", "3", "n4", "4", "n5", "5"));
    assertThatThrownBy(this::ask)
        .hasMessageContaining("founded by the servers [n1, n2, n3, n4, n5], as n2 says, and here")
        .hasMessageContaining("[n1, n2, n3]");
  }

  @Test
  void anotherCountsOnAFormerLife() {
    answer("n2", "2", false, Map.of());
    answer("n3", "3", true, Map.of("n1", FORMER, "n2", "2", "n3", "3"));
    assertThatThrownBy(this::ask)
        .isInstanceOf(ForgottenException.class)
        .hasMessageContaining("n3 at h:3 belongs to it");
  }

  @Test
  void anotherJoinedLaterAndTellsOfACluster() {
    answer("n2", "2", true, Map.of());
    assertThatThrownBy(this::ask).isInstanceOf(ForgottenException.class);
  }

  @Test
  void anotherClustersServerIsNotTakenForOne() {
    answers.put(
        "n2", FoundingState.newBuilder().setCluster("other").setServer("n2").setLife("2").build());
    assertThatThrownBy(this::ask).hasMessageContaining("is server n2 of cluster other");
  }

  @Test
  void anotherWasToldOfOtherServers() {
    answer("n2", "2", false, Map.of());
    FoundingState answer = answers.get("n2");
    assertThat(answer).isNotNull();
    answers.put("n2", answer.toBuilder().setMembers(2, "n4=h:4/h:104").build());
    assertThatThrownBy(this::ask)
        .hasMessageContaining("n3=h:3/h:103] here, and at n2 [n1=h:1/h:101, n2=h:2/h:102, n4");
  }

  private void answer(String id, String life, boolean settled, Map<String, String> founders) {
    answers.put(
        id,
        FoundingState.newBuilder()
            .setCluster("c")
            .setServer(id)
            .setLife(life)
            .setSettled(settled)
            .putAllFounders(founders)
            .addAllMembers(settled ? List.of() : LIST)
            .build());
  }

  private List<String> ask() throws IOException {
    List<Member> members = List.of(member("n1", 1), member("n2", 2), member("n3", 3));
    ServerConfig config =
        new ServerConfig(
            "c", "n1", members, Path.of("d"), SnapshotPolicy.DEFAULT, ServiceLimits.DEFAULT);
    Life life = new Life(MINE, Life.Place.NONE, Map.of(), false, 0);
    return new Founding(config, life, peer -> answers.get(peer.id())).ask(lives);
  }

  private static Member member(String id, int port) {
    return new Member(id, new Member.Endpoint("h", port), new Member.Endpoint("h", port + 100));
  }
}
