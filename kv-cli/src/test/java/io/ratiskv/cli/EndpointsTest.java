package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsTest {
  @Test
  void areThoseOfDevUnlessNamed() {
    Run run = Run.kv("status", "--timeout", "1ms", "--endpoints", Endpoints.DEFAULT);
    assertThat(run.out()).contains("127.0.0.1:7001", "127.0.0.1:7002", "127.0.0.1:7003");
    assertThat(Endpoints.parse(Endpoints.DEFAULT).list()).hasSize(3);
  }

  @Test
  void takesEachOnce() {
    assertThat(Endpoints.parse("a:1, b:2,a:1").list()).containsExactly("a:1", "b:2");
  }

  @Test
  void theOptionGoesBeforeTheVariable() {
    Map<String, String> environment = Map.of(Endpoints.VARIABLE, "nonsense");
    Run run = Run.kv(environment, new byte[0], "get", "k", "--endpoints", "also nonsense");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("'--endpoints'", "\"also nonsense\"")
        .doesNotContain(Endpoints.VARIABLE);
  }

  @Test
  void theVariableIsNamedWhereItIsWrong() {
    Run run = Run.kv(Map.of(Endpoints.VARIABLE, "a:1,b"), new byte[0], "get", "k");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: KV_ENDPOINTS: ").contains("\"b\"");
  }
}
