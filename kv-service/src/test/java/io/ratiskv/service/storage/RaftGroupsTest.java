package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RaftGroupsTest {
  @Test
  void theSameNameGivesTheSameGroupOnEachServer() {
    assertThat(RaftGroups.id("c", 0)).isEqualTo(RaftGroups.id("c", 0));
    assertThat(RaftGroups.id("c", 0)).isNotEqualTo(RaftGroups.id("d", 0));
    // As it was before there were epochs: the name of the folder of every cluster that runs.
    assertThat(RaftGroups.id("kv", 0).getUuid())
        .hasToString("bff8a3be-b707-30c7-a67e-6f018538d560");
  }

  @Test
  void eachLifeOfAClusterIsAnotherGroup() {
    assertThat(RaftGroups.id("c", 1)).isNotEqualTo(RaftGroups.id("c", 0));
    assertThat(RaftGroups.id("c", 1)).isNotEqualTo(RaftGroups.id("c", 2));
  }
}
