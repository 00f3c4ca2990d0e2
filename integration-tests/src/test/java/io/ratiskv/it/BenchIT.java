package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kv bench} as it is called, with the three processes that it starts. */
class BenchIT {
  @TempDir Path folder;

  @Test
  void measuresServersOfItsOwnAndRemovesThem() throws Exception {
    Path data = folder.resolve("data");
    Path json = folder.resolve("result.json");

    String printed =
        bench(
            "--start",
            "--data",
            data.toString(),
            "--mix",
            "put=2,get=2,append=1",
            "--keys",
            "100",
            "--connections",
            "2",
            "--outstanding",
            "4",
            "--warm",
            "100ms",
            "--time",
            "3s",
            "--json",
            json.toString());

    assertThat(printed)
        .contains("\nput ", "\nget ", "\nappend ", "\nall ", "\nfailed: none\n", ", servers ");
    assertThat(Files.readString(json))
        .contains("\"failures\": {}", "\"unanswered\": 0", "\"append\": {\"done\": ");
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).isEmpty();
    }
  }

  private String bench(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(KvProgram.command());
    command.add("bench");
    command.addAll(List.of(options));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(Files.readString(err)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(err)).isZero();
      return Files.readString(out);
    } finally {
      process.destroy();
    }
  }
}
