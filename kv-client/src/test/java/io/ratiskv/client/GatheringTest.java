package io.ratiskv.client;

import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.found;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What travels together, and in what order. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored") // The test watches what is sent.
class GatheringTest {
  private final ScriptedTransport transport = new ScriptedTransport();
  private final AsyncKvClient client = Harness.scripted(transport).buildAsync();

  @AfterEach
  void close() {
    client.close();
  }

  private ScriptedTransport.Session firstBatchUnanswered() {
    client.put("k", "first");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    return stream;
  }

  @Test
  void aClientThatOnlyReadsOpensNoSession() {
    CompletableFuture<GetResult> get = client.get("k");
    ScriptedTransport.Session stream = transport.welcome();
    Read read = stream.takeRead();
    assertThat(read.getSession()).isZero();
    stream.say(found(read, 0, List.of("v")));
    assertThat(result(get).valueAsString()).isEqualTo("v");
    stream.assertNothingSent();
  }

  @Test
  void aLoneWriteLeavesAtOnce() {
    ScriptedTransport.Session stream = firstBatchUnanswered();
    Batch first = stream.takeBatch();
    stream.say(applied(first, 10));

    CompletableFuture<PutResult> put = client.put("k", "lone");
    Batch batch = stream.takeBatch();
    assertThat(batch.getSession()).isEqualTo(9);
    assertThat(batch.getSequence()).isEqualTo(2);
    assertThat(batch.getFirstUnanswered()).isEqualTo(2);
    assertThat(values(batch)).containsExactly("lone");
    stream.say(applied(batch, 11));
    assertThat(result(put)).isEqualTo(new PutResult(11));
  }

  @Test
  void writesThatComeTogetherTravelTogetherInTheOrderOfTheCalls() {
    // All wait for the session.
    List<String> expected = IntStream.range(0, 100).mapToObj(i -> "v" + i).toList();
    List<KvFuture<AppendResult>> appends =
        expected.stream().map(value -> client.append("k", value)).toList();
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    assertThat(values(batch)).isEqualTo(expected);
    stream.assertNothingSent();
    stream.say(applied(batch, 10));
    appends.forEach(append -> assertThat(result(append).version()).isEqualTo(10));
  }

  @Test
  void fewWritesWaitForAnAnswerRatherThanTakeAThirdSlot() {
    ScriptedTransport.Session stream = firstBatchUnanswered();
    Batch first = stream.takeBatch();
    client.put("k", "second");
    stream.takeBatch();
    client.put("k", "third");
    client.put("k", "fourth");
    stream.assertNothingSent();

    stream.say(applied(first, 10));
    Batch gathered = stream.takeBatch();
    assertThat(values(gathered)).containsExactly("third", "fourth");
    assertThat(gathered.getFirstUnanswered()).isEqualTo(2);
  }

  @Test
  void noMoreThanTheWindowIsUnanswered() {
    ScriptedTransport.Session stream = firstBatchUnanswered();
    List<Batch> batches = new ArrayList<>(List.of(stream.takeBatch()));
    for (int i = 0; i < 10_000; i++) {
      client.put("k", "v");
    }
    for (int i = 1; i < Limits.SESSION_WINDOW; i++) {
      batches.add(stream.takeBatch());
    }
    stream.assertNothingSent();
    assertThat(batches)
        .extracting(Batch::getSequence)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);

    // One that is answered out of turn makes no room: what is kept for the session is a span.
    stream.say(applied(batches.get(3), 10));
    stream.assertNothingSent();
    stream.say(applied(batches.get(0), 10));
    assertThat(stream.takeBatch().getFirstUnanswered()).isEqualTo(2);
  }

  @Test
  void aBatchIsBoundedByOperationsAndByBytes() {
    for (int i = 0; i < 3000; i++) {
      client.put("k", "v");
    }
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    assertThat(values(stream.takeBatch())).hasSize(Limits.MAX_BATCH_OPERATIONS);

    ScriptedTransport other = new ScriptedTransport();
    try (AsyncKvClient large = Harness.scripted(other).buildAsync()) {
      byte[] key = new byte[Limits.MAX_KEY_BYTES];
      large.put(key, new byte[Limits.MAX_VALUE_BYTES]);
      large.put(key, new byte[Limits.MAX_VALUE_BYTES]);
      stream = other.welcome();
      stream.open(9);
      Batch batch = stream.takeBatch();
      assertThat(values(batch)).hasSize(1);
      assertThat(batch.getOperations().size()).isLessThanOrEqualTo(Limits.MAX_BATCH_BYTES);
      assertThat(values(stream.takeBatch())).hasSize(1);
    }
  }

  @Test
  void aReadFollowsTheWritesThatWereCalledBefore() {
    client.put("k", "v");
    client.get("k");
    ScriptedTransport.Session stream = transport.welcome();
    // The read waits too while the session is being opened.
    var open = stream.takeOpen();
    stream.assertNothingSent();
    stream.say(Messages.opened(open.getNonce(), 9));
    assertThat(stream.takeBatch().getSequence()).isEqualTo(1);
    Read read = stream.takeRead();
    assertThat(read.getSession()).isEqualTo(9);
    assertThat(read.getAfterSequence()).isEqualTo(1);
  }

  @Test
  void aReadWaitsForAWriteThatWaits() {
    ScriptedTransport.Session stream = firstBatchUnanswered();
    Batch first = stream.takeBatch();
    client.put("k", "second");
    stream.takeBatch();
    client.put("k", "third");
    client.get("k");
    stream.assertNothingSent();
    stream.say(applied(first, 10));
    assertThat(values(stream.takeBatch())).containsExactly("third");
    assertThat(stream.takeRead().getAfterSequence()).isEqualTo(3);
  }

  @Test
  void readsAreGatheredAndAnsweredInPages() {
    CompletableFuture<GetResult> a = client.get("a");
    CompletableFuture<GetResult> b = client.get("b");
    CompletableFuture<GetResult> c = client.get("c");
    ScriptedTransport.Session stream = transport.welcome();
    Read read = stream.takeRead();
    assertThat(read.getKeysList())
        .extracting(key -> key.toStringUtf8())
        .containsExactly("a", "b", "c");
    stream.say(found(read, 2, List.of("3")));
    assertThat(result(c).valueAsString()).isEqualTo("3");
    assertThat(a).isNotDone();
    stream.say(found(read, 0, List.of("1", "2")));
    assertThat(result(a).valueAsString()).isEqualTo("1");
    assertThat(result(b).valueAsString()).isEqualTo("2");
    assertThat(result(b).version()).isEqualTo(7);
  }

  @Test
  void theCallersArraysAreItsOwnAgain() {
    byte[] key = {'k'};
    byte[] value = {'v'};
    client.put(key, value);
    client.get(key);
    key[0] = 'x';
    value[0] = 'x';
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    assertThat(values(batch)).containsExactly("v");
    assertThat(Messages.operations(batch).getOperation(0).getKey().toStringUtf8()).isEqualTo("k");
    assertThat(stream.takeRead().getKeys(0).toStringUtf8()).isEqualTo("k");
  }
}
