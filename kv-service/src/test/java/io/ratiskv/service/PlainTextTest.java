package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.SecurityConfig;
import io.ratiskv.service.security.TlsFiles;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlainTextTest {
  private static final TlsFiles FILES = new TlsFiles(Path.of("a"), Path.of("b"), Path.of("c"));

  private static ServerConfig config(String client, String raft, SecurityConfig security) {
    Member self =
        new Member("n1", new Member.Endpoint(client, 7001), new Member.Endpoint(raft, 7101));
    return new ServerConfig(
            "kv", "n1", List.of(self), Path.of("d"), SnapshotPolicy.DEFAULT, ServiceLimits.DEFAULT)
        .with(security);
  }

  private static SecurityConfig security(
      @Nullable TlsFiles clients, @Nullable TlsFiles peers, boolean plainText) {
    return new SecurityConfig(clients, peers, null, plainText, ClientLimits.DEFAULT);
  }

  @Test
  void staysOnThisMachine() {
    for (String loopback : new String[] {"127.0.0.1", "localhost", "127.1.2.3", "[::1]"}) {
      assertThatCode(() -> PlainText.check(config(loopback, loopback, SecurityConfig.NONE)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void isRefusedWhereTheNetworkReaches() {
    for (String open : new String[] {"0.0.0.0", "10.1.2.3", "[::]"}) {
      assertThatThrownBy(() -> PlainText.check(config(open, "127.0.0.1", SecurityConfig.NONE)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(open + ":7001")
          .hasMessageNotContaining(":7101")
          .hasMessageContaining("--insecure-plain-text");
    }
    assertThatThrownBy(
            () -> PlainText.check(config("10.1.2.3", "10.1.2.3", security(FILES, null, false))))
        .hasMessageContaining("10.1.2.3:7101")
        .hasMessageNotContaining("7001");
  }

  @Test
  void ofHttpToo() {
    Member.Endpoint open = new Member.Endpoint("10.1.2.3", 7201);
    assertThatThrownBy(
            () ->
                PlainText.check(
                    config("127.0.0.1", "127.0.0.1", SecurityConfig.NONE).withHttp(open)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10.1.2.3:7201")
        .hasMessageNotContaining("7001");
    assertThatThrownBy(
            () ->
                PlainText.check(
                    config("127.0.0.1", "127.0.0.1", security(null, FILES, false)).withHttp(open)))
        .hasMessageContaining("10.1.2.3:7201");
    assertThatCode(
            () -> {
              PlainText.check(
                  config("10.1.2.3", "127.0.0.1", security(FILES, null, false)).withHttp(open));
              PlainText.check(
                  config("127.0.0.1", "127.0.0.1", SecurityConfig.NONE)
                      .withHttp(new Member.Endpoint("127.0.0.1", 7201)));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void nobodyKnownIsRefusedThereToo() {
    TlsFiles anybody = new TlsFiles(Path.of("a"), Path.of("b"), null);
    assertThatThrownBy(
            () -> PlainText.check(config("10.1.2.3", "10.1.2.3", security(anybody, FILES, false))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10.1.2.3:7001")
        .hasMessageContaining("--tls-ca")
        .hasMessageContaining("--insecure-plain-text");
    Member.Endpoint http = new Member.Endpoint("10.1.2.3", 7201);
    assertThatThrownBy(
            () ->
                PlainText.check(
                    config("127.0.0.1", "10.1.2.3", security(anybody, FILES, false))
                        .withHttp(http)))
        .hasMessageContaining("10.1.2.3:7201")
        .hasMessageContaining("--tls-ca");
    assertThatCode(
            () -> PlainText.check(config("127.0.0.1", "10.1.2.3", security(anybody, FILES, false))))
        .doesNotThrowAnyException();
    assertThatCode(
            () -> PlainText.check(config("10.1.2.3", "10.1.2.3", security(anybody, FILES, true))))
        .doesNotThrowAnyException();
  }

  @Test
  void isAllowedByItsName() {
    assertThatCode(
            () -> PlainText.check(config("10.1.2.3", "10.1.2.3", security(null, null, true))))
        .doesNotThrowAnyException();
    assertThatCode(
            () -> PlainText.check(config("10.1.2.3", "10.1.2.3", security(FILES, FILES, false))))
        .doesNotThrowAnyException();
  }
}
