package io.ratiskv.statemachine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ids that no server joins under any more. */
class RetiredServersTest {
  private final Replica replica = Replica.empty();

  @Test
  void anIdIsRememberedOnceAndInOrder() {
    replica.apply(Entries.retire("n2"));
    replica.apply(Entries.retire("n1"));
    replica.apply(Entries.setSessionTtl(5_000));
    assertThat(replica.apply(Entries.retire("n2")))
        .containsExactly(new Reply.Configured(new Parameters(5_000, List.of("n1", "n2"))));
  }

  @Test
  void theyAreInTheSnapshot() throws IOException {
    replica.apply(Entries.retire("n2"));
    replica.apply(Entries.retire("n1"));
    KvState loaded = Replica.restored(replica.snapshot()).state();
    assertThat(loaded.parameters()).isEqualTo(replica.state().parameters());
    assertThat(loaded.parameters().retiredServers()).containsExactly("n1", "n2");
  }

  @Test
  void thereIsABound() {
    for (int i = 0; i < Limits.MAX_RETIRED_SERVERS; i++) {
      replica.apply(Entries.retire("n" + i));
    }
    assertThat(replica.apply(Entries.retire("one-more")))
        .containsExactly(
            Entries.refused(
                Code.TOO_MANY_SERVERS, Limits.MAX_RETIRED_SERVERS + 1, Limits.MAX_RETIRED_SERVERS));
    assertThat(replica.state().parameters().retiredServers())
        .hasSize(Limits.MAX_RETIRED_SERVERS)
        .doesNotContain("one-more");
  }

  @Test
  void anIdIsShortAndVisible() {
    assertThat(replica.apply(Entries.retire("n".repeat(Limits.MAX_SERVER_ID_BYTES + 1))))
        .containsExactly(Entries.refused(Code.MALFORMED, 65, 64));
    replica.apply(Entries.retire("n 1"));
    assertThat(replica.state().parameters().retiredServers()).isEmpty();
  }
}
