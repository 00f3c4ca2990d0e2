package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SelfTestTest {
  @Test
  void everythingWorksHere() {
    Run run = Run.kv("selftest");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).endsWith("ok\n");
    assertThat(run.exitCode()).isZero();
  }
}
