package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--mix delete | --mix: 'delete' is not put, get or append",
        "--keys 0 | --keys is 0, at least 1, at most 100000000",
        "--value 1048577 | --value is 1048577, at least 0, at most 1048576",
        "--rate 0 | --rate is 0, at least 1, at most 10000000",
        "--outstanding 0 | --outstanding is 0, at least 1, at most 16384",
        "--connections 0 | --connections is 0, at least 1, at most 10000",
        "--start --server-count 0 | --server-count is 0, at least 1, at most 9",
        "--start --server-count 1 --slow-follower | --slow-follower: one server has no follower",
        "--time 0s | '0s' is not a time",
        "--endpoints nowhere | --endpoints"
      })
  void refusesWhatCannotBe(String options, String message) {
    Run run = Run.kv(("bench " + options).split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(run.out()).isEmpty();
  }
}
