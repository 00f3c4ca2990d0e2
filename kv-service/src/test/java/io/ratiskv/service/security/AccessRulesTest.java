package io.ratiskv.service.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {
  private static final Principal BILLING = new Principal(Role.CLIENT, "billing");
  private static final Principal OTHER = new Principal(Role.CLIENT, "other");
  private static final Principal READER = new Principal(Role.READ_ONLY, "dashboard");

  private static boolean may(AccessRules rules, Principal who, Action action, String key) {
    return rules.allows(who, action, ByteString.copyFromUtf8(key));
  }

  @Test
  void withoutRulesClientsUseAllKeysAndReadersRead() {
    assertThat(may(AccessRules.OPEN, OTHER, Action.WRITE, "k")).isTrue();
    assertThat(may(AccessRules.OPEN, OTHER, Action.READ, "k")).isTrue();
    assertThat(may(AccessRules.OPEN, READER, Action.READ, "k")).isTrue();
    assertThat(may(AccessRules.OPEN, READER, Action.WRITE, "k")).isFalse();
    assertThat(AccessRules.OPEN.allowsAny(READER, Action.WRITE)).isFalse();
    assertThat(AccessRules.OPEN.allowsAny(new Principal(Role.PEER, "n1"), Action.READ)).isFalse();
  }

  @Test
  void whatNoRuleAllowsIsDenied() {
    AccessRules rules =
        AccessRules.parse(
            List.of(
                "# a comment",
                "",
                "client/billing  read,write  billing/",
                "client/*\tread\tpublic/",
                "read-only/dashboard read *"));
    assertThat(may(rules, BILLING, Action.WRITE, "billing/1")).isTrue();
    assertThat(may(rules, BILLING, Action.READ, "public/1")).isTrue();
    assertThat(may(rules, BILLING, Action.WRITE, "public/1")).isFalse();
    assertThat(may(rules, BILLING, Action.WRITE, "billing")).isFalse();
    assertThat(may(rules, OTHER, Action.READ, "billing/1")).isFalse();
    assertThat(may(rules, OTHER, Action.READ, "public/1")).isTrue();
    assertThat(may(rules, READER, Action.READ, "anything")).isTrue();
    assertThat(may(rules, new Principal(Role.READ_ONLY, "x"), Action.READ, "public/1")).isFalse();
    assertThat(rules.allowsAll(READER, Action.READ)).isTrue();
    assertThat(rules.allowsAll(BILLING, Action.WRITE)).isFalse();
    assertThat(rules.allowsAny(OTHER, Action.WRITE)).isFalse();
  }

  @Test
  void aPrefixMayBeAnyBytes() {
    AccessRules rules = AccessRules.parse(List.of("client/* read a%20%FF"));
    ByteString key = ByteString.copyFrom(new byte[] {'a', ' ', (byte) 0xff, 1});
    assertThat(rules.allows(OTHER, Action.READ, key)).isTrue();
    assertThat(may(rules, OTHER, Action.READ, "a b")).isFalse();
  }

  @Test
  void aStarAloneMeansAllKeys() {
    AccessRules all = AccessRules.parse(List.of("client/* read *"));
    assertThat(all.allowsAll(OTHER, Action.READ)).isTrue();
    AccessRules star = AccessRules.parse(List.of("client/* read %2A"));
    assertThat(may(star, OTHER, Action.READ, "*k")).isTrue();
    assertThat(may(star, OTHER, Action.READ, "k")).isFalse();
  }

  @Test
  void halfAFileIsRefused(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("rules"), "client/* read secret/of/all\n");
    assertThat(may(AccessRules.read(file), OTHER, Action.READ, "secret")).isFalse();
    Files.writeString(file, "client/* read s");
    assertThatThrownBy(() -> AccessRules.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the last line has no end");
  }

  @Test
  void operatorsNeedNoRules() {
    AccessRules none = AccessRules.parse(List.of());
    assertThat(may(none, new Principal(Role.ADMIN, "ops"), Action.WRITE, "k")).isTrue();
    assertThat(may(none, OTHER, Action.READ, "k")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "client/a",
        "client/a read",
        "client read k",
        "peer/n1 read k",
        "admin/x read k",
        "client/a b read k",
        "client/ read k",
        "client/ä read k",
        "client/* delete k",
        "client/* read, k",
        "read-only/* write k",
        "client/* read %2",
        "client/* read %zz"
      })
  void aLineThatIsNoRuleIsNamed(String line) {
    assertThatThrownBy(() -> AccessRules.parse(List.of("# first", line)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2: ");
  }
}
