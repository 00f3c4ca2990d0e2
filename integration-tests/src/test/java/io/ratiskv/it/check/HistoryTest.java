package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorder, and its file. */
class HistoryTest {
  private final History history = new History(e -> e instanceof IllegalStateException);

  @Test
  void recordsCallsThatAreAwaited() {
    String answer = history.get(4, "k").sync(() -> "v", v -> Output.read(true, v, 9));
    assertThat(answer).isEqualTo("v");
    assertThat(history.operations())
        .singleElement()
        .satisfies(
            operation -> {
              assertThat(operation.number()).isZero();
              assertThat(operation.client()).isEqualTo(4);
              assertThat(operation.kind()).isEqualTo(Kind.GET);
              assertThat(operation.key()).isEqualTo("k");
              assertThat(operation.status()).isEqualTo(Status.OK);
              assertThat(operation.output()).isEqualTo(Output.read(true, "v", 9));
              assertThat(operation.callNanos()).isNotNegative();
              assertThat(operation.returnNanos()).isLessThan(Operation.NEVER);
            });
  }

  @Test
  void recordsFutures() {
    CompletableFuture<Integer> sent = new CompletableFuture<>();
    CompletableFuture<Integer> returned =
        history.append(1, "k", "x").async(() -> sent, length -> Output.appended(7, length));

    // Without an answer yet, anything may become of it.
    Operation open = history.operations().get(0);
    assertThat(open.status()).isEqualTo(Status.INFO);
    assertThat(open.returnNanos()).isEqualTo(Operation.NEVER);

    sent.complete(12);
    assertThat(returned).isCompletedWithValue(12);
    Operation ended = history.operations().get(0);
    assertThat(ended.output()).isEqualTo(Output.appended(7, 12));
    assertThat(ended.callNanos()).isEqualTo(open.callNanos());
    assertThat(ended.returnNanos()).isGreaterThanOrEqualTo(ended.callNanos());
  }

  @Test
  void failuresAreDefiniteOnlyWhereTheyProveIt() {
    fails(new IllegalStateException());
    fails(new IllegalArgumentException());
    failsLater(new CompletionException(new IllegalStateException()));
    failsLater(new CompletionException(new IllegalArgumentException()));
    assertThat(history.operations())
        .extracting(Operation::status)
        .containsExactly(Status.FAIL, Status.INFO, Status.FAIL, Status.INFO);
    assertThat(history.operations()).extracting(Operation::output).containsOnly(Output.NONE);
  }

  private void fails(RuntimeException failure) {
    Call call = history.put(1, "k", "x");
    assertThatExceptionOfType(failure.getClass())
        .isThrownBy(
            () ->
                call.sync(
                    () -> {
                      throw failure;
                    },
                    answer -> Output.NONE));
  }

  private void failsLater(Throwable failure) {
    assertThat(
            history
                .put(1, "k", "x")
                .async(() -> CompletableFuture.failedFuture(failure), answer -> Output.NONE))
        .isCompletedExceptionally();
  }

  @Test
  void aCallThatIsNotSentIsRecorded() {
    Call call = history.put(1, "k", "x");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                call.async(
                    () -> {
                      throw new IllegalStateException();
                    },
                    answer -> Output.NONE));
    assertThat(history.operations()).extracting(Operation::status).containsExactly(Status.FAIL);
  }

  @Test
  void aCallEndsOnce() {
    Call call = history.put(1, "k", "x");
    call.ok(Output.put(3));
    assertThatIllegalStateException().isThrownBy(call::info);
    assertThat(history.operations()).extracting(Operation::status).containsExactly(Status.OK);
  }

  @Test
  void manyThreadsRecordAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int client = i;
        clients.add(threads.submit(() -> callOften(client)));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    } finally {
      threads.shutdown();
    }
    List<Operation> operations = history.operations();
    assertThat(operations).hasSize(8000).allMatch(Operation::isOk);
    for (int i = 0; i < operations.size(); i++) {
      assertThat(operations.get(i).number()).isEqualTo(i);
    }
  }

  private void callOften(int client) {
    for (int i = 0; i < 1000; i++) {
      history.put(client, "k", "x").ok(Output.put(i));
    }
  }

  @Test
  void readsWhatItWrote(@TempDir Path folder) throws IOException {
    history.append(2, "a \"key\"\\\n", "[c2:1]").ok(Output.appended(77, 6));
    history.get(3, "\u00e4\u4e2d\ud83d\ude00").ok(Output.read(true, "\u0000\u007f\uffff", 77));
    history.get(3, "none").ok(Output.read(false, "", 0));
    history.put(4, "", "").fail();
    history.put(5, "k", "v").info();
    history.append(6, "open", "x");
    Path file = folder.resolve("history.jsonl");
    history.writeTo(file);
    assertThat(History.readFrom(file)).isEqualTo(history.operations());
    assertThat(file).content().isASCII().hasLineCount(6);
  }

  @Test
  void theFormOfALineStays() {
    Operation operation =
        new Operation(
            3, 1, Kind.APPEND, "k\"", "x", 5, 8, Status.OK, Output.appended(Output.UNSAID, 9));
    String line =
        "{\"n\":3,\"client\":1,\"op\":\"append\",\"key\":\"k\\u0022\",\"in\":\"x\",\"call\":5,"
            + "\"return\":8,\"status\":\"ok\",\"found\":false,\"value\":\"\",\"version\":-1,"
            + "\"length\":9}";
    assertThat(HistoryFile.encode(operation)).isEqualTo(line);
    assertThat(HistoryFile.decode(line)).isEqualTo(operation);
  }

  @Test
  void refusesADamagedFileAndSaysWhere(@TempDir Path folder) throws IOException {
    history.put(1, "k", "v").ok(Output.put(3));
    history.put(1, "k", "v").ok(Output.put(4));
    Path file = folder.resolve("history.jsonl");
    history.writeTo(file);
    String whole = Files.readString(file);
    int secondLine = whole.indexOf('\n') + 1;
    // Cut anywhere within the second line.
    for (int length = secondLine + 1; length < whole.stripTrailing().length(); length++) {
      Files.writeString(file, whole.substring(0, length));
      assertThatExceptionOfType(IOException.class)
          .as("cut at %s", length)
          .isThrownBy(() -> History.readFrom(file))
          .withMessageContaining("history.jsonl, line 2: ");
    }
    Files.writeString(file, whole.stripTrailing() + "}");
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> History.readFrom(file));
  }
}
