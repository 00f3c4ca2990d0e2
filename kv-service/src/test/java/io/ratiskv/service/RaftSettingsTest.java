package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RaftSettingsTest {
  private final RaftProperties properties = new RaftProperties();

  @BeforeEach
  void apply() {
    RaftSettings.apply(properties, 1 << 20);
  }

  @Test
  void oursPassTheCheck() {
    assertThatCode(() -> RaftSettings.check(properties)).doesNotThrowAnyException();
  }

  @Test
  void whatLosesDataIsRefusedByItsKey() {
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, true);
    assertRefused("raft.server.log.unsafe-flush.enabled is true");
  }

  @Test
  void aFlushThatIsBelievedBeforeItIsDoneIsRefused() {
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, true);
    assertRefused("raft.server.log.async-flush.enabled is true");
  }

  @Test
  void droppingWhatFollowsAFlippedBitIsRefused() {
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        properties, RaftServerConfigKeys.Log.CorruptionPolicy.WARN_AND_RETURN);
    assertRefused("raft.server.log.corruption.policy is WARN_AND_RETURN");
  }

  @Test
  void aLogInMemoryIsRefused() {
    RaftServerConfigKeys.Log.setUseMemory(properties, true);
    assertRefused("raft.server.log.use.memory is true");
  }

  @Test
  void acknowledgingEntriesThatAreTakenForPendingOnesIsRefused() {
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, true);
    assertRefused("raft.server.log.append-entries.compose.enabled is true");
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> RaftSettings.check(properties))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("acknowledged writes can be lost");
  }
}
