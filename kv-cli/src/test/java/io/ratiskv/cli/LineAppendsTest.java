package io.ratiskv.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.AsyncKvClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LineAppendsTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> sent = new ArrayList<>();

  @Test
  void sendsAllInOrderAndSaysHowMany() {
    ExitCode code = append("a\nb\nc", 100, this::applied);

    assertThat(code).isEqualTo(ExitCode.DONE);
    assertThat(sent).containsExactly("a\n", "b\n", "c");
    assertThat(out.toString(UTF_8))
        .isEqualTo("3 lines appended, 5 bytes; the value now has 5 bytes, version 13\n");
    assertThat(err.toString(UTF_8)).isEmpty();
  }

  @Test
  void sendsNoneAfterOneThatFailed() {
    ExitCode code =
        append("a\nb\nc\n", 100, line -> line.equals("b\n") ? refused() : applied(line));

    assertThat(code).isEqualTo(ExitCode.NOT_APPLIED);
    assertThat(sent).containsExactly("a\n");
    assertThat(out.toString(UTF_8)).startsWith("1 line appended, 2 bytes;");
    assertThat(err.toString(UTF_8))
        .isEqualTo("error: line 2: bytes of the key: 0, at least 1 (not applied)\n");
  }

  @Test
  void aLineThatIsTooLongEndsItButLosesNoneBefore() {
    ExitCode code = append("a\nb\nlong\nc\n", 4, this::applied);

    assertThat(code).isEqualTo(ExitCode.NOT_APPLIED);
    assertThat(out.toString(UTF_8)).startsWith("2 lines appended, 4 bytes;");
    assertThat(err.toString(UTF_8))
        .isEqualTo("error: standard input: line 3 is longer than 4 bytes (not applied)\n");
  }

  @Test
  void countsWhatBecameOfTheLinesUnderWay() {
    List<CompletableFuture<AppendResult>> open = new ArrayList<>();
    ExitCode code =
        append(
            "a\nb\nc\n",
            100,
            line -> {
              CompletableFuture<AppendResult> result = new CompletableFuture<>();
              open.add(result);
              if (open.size() == 3) {
                // The answers come when all three are under way.
                open.get(0).complete(new AppendResult(10, 2));
                open.get(1).completeExceptionally(refused().handle((none, why) -> why).join());
                open.get(2).complete(new AppendResult(12, 4));
              }
              return result;
            });

    assertThat(code).isEqualTo(ExitCode.NOT_APPLIED);
    assertThat(out.toString(UTF_8)).startsWith("2 lines appended, 4 bytes;");
    assertThat(err.toString(UTF_8)).contains("error: line 2: ").contains("under way: 1 appended\n");
  }

  @Test
  void boundsWhatIsUnderWay() {
    List<CompletableFuture<AppendResult>> open = new ArrayList<>();
    String lines = "\n".repeat(10_000);

    append(
        lines,
        100,
        line -> {
          open.removeIf(CompletableFuture::isDone);
          CompletableFuture<AppendResult> result = new CompletableFuture<>();
          open.add(result);
          if (open.size() == 4096) {
            open.forEach(each -> each.complete(new AppendResult(1, 1)));
          } else if (open.size() > 4096) {
            throw new AssertionError("more than 4096 are under way");
          } else if (sent.size() == 9_999) {
            open.forEach(each -> each.complete(new AppendResult(1, 1)));
          }
          sent.add(line);
          return result;
        });

    assertThat(out.toString(UTF_8)).startsWith("10000 lines appended");
  }

  private ExitCode append(
      String input, int maxBytes, Function<String, CompletableFuture<AppendResult>> append) {
    Shell shell =
        new Shell(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of(),
            false,
            false,
            "kv");
    LineReader lines = new LineReader(new ByteArrayInputStream(input.getBytes(UTF_8)), maxBytes);
    return new LineAppends(line -> append.apply(new String(line, UTF_8)), lines).run().tell(shell);
  }

  private CompletableFuture<AppendResult> applied(String line) {
    sent.add(line);
    int length = sent.stream().mapToInt(String::length).sum();
    return CompletableFuture.completedFuture(new AppendResult(10 + sent.size(), length));
  }

  /** A failure as the client makes it. */
  private static CompletableFuture<AppendResult> refused() {
    try (AsyncKvClient client = AsyncKvClient.builder().endpoints("127.0.0.1:1").buildAsync()) {
      return client.append(new byte[0], new byte[0]);
    }
  }
}
