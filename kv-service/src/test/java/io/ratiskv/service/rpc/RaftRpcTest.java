package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.service.RaftSettings;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.junit.jupiter.api.Test;

class RaftRpcTest {
  @Test
  void ratisFindsItByWhatTheSettingsSay() {
    RaftProperties properties = new RaftProperties();
    RaftSettings.apply(properties, 1 << 20);
    assertThat(RaftConfigKeys.Rpc.type(properties, line -> {})).isInstanceOf(RaftRpc.class);
  }
}
