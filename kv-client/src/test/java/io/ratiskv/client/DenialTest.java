package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.fenced;
import static io.ratiskv.client.Messages.found;
import static io.ratiskv.client.Messages.refused;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the rules forbid fails alone: not its session, and not what was sent with it. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored") // The test watches what is sent.
class DenialTest {
  private final ScriptedTransport transport = new ScriptedTransport();
  private final AsyncKvClient client = Harness.scripted(transport).buildAsync();

  @AfterEach
  void close() {
    client.close();
  }

  private static void assertDenied(CompletableFuture<?> call) {
    assertThat(failure(call, AccessDeniedException.class).outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  @Test
  void theNumberOfABatchThatWasDeniedIsUsedUpAndTheSessionGoesOn() {
    KvFuture<PutResult> a = client.put("k", "a");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch first = stream.takeBatch();
    KvFuture<PutResult> b = client.put("k", "b");
    Batch second = stream.takeBatch();
    stream.say(refused(first, Code.DENIED));
    // At once: it was sent but once.
    assertDenied(a);
    Fence fence = stream.takeFence();
    assertThat(fence.getSequence()).isEqualTo(1);
    assertThat(stream.takeBatch()).isEqualTo(second);
    stream.say(refused(second, Code.OUT_OF_ORDER));
    assertThat(stream.takeBatch()).isEqualTo(second);
    stream.say(fenced(fence));
    stream.say(applied(second, 11));
    assertThat(result(b).version()).isEqualTo(11);
    client.put("k", "c");
    Batch third = stream.takeBatch();
    assertThat(third.getSession()).isEqualTo(9);
    assertThat(third.getSequence()).isEqualTo(3);
  }

  private List<KvFuture<PutResult>> many(int count) {
    return IntStream.range(0, count).mapToObj(i -> client.put("k" + i, "v" + i)).toList();
  }

  @Test
  void whatWasDeniedTogetherIsSentInHalvesInOrder() {
    List<KvFuture<PutResult>> puts = many(4);
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch all = stream.takeBatch();
    assertThat(values(all)).containsExactly("v0", "v1", "v2", "v3");
    KvFuture<PutResult> later = client.put("k0", "later");
    Batch behind = stream.takeBatch();
    CompletableFuture<GetResult> get = client.get("k0");
    stream.takeRead();

    stream.say(refused(all, Code.DENIED));
    assertThat(puts.get(0).requestId()).isEmpty();
    Fence fence = stream.takeFence();
    Fence fenceBehind = stream.takeFence();
    assertThat(fence.getSequence()).isEqualTo(1);
    assertThat(fenceBehind.getSequence()).isEqualTo(2);
    stream.say(refused(behind, Code.OUT_OF_ORDER));
    stream.say(fenced(fence));
    client.put("k", "new");
    stream.assertNothingSent();
    stream.say(fenced(fenceBehind));

    Batch left = stream.takeBatch();
    assertThat(left.getSequence()).isEqualTo(3);
    assertThat(values(left)).containsExactly("v0", "v1");
    Batch right = stream.takeBatch();
    assertThat(values(right)).containsExactly("v2", "v3");
    stream.say(applied(left, 20));
    assertThat(values(stream.takeBatch())).containsExactly("later", "new");
    stream.takeRead();
    stream.say(refused(right, Code.DENIED));
    stream.say(fenced(stream.takeFence()));
    stream.say(fenced(stream.takeFence()));
    Batch two = stream.takeBatch();
    assertThat(values(two)).containsExactly("v2");
    Batch three = stream.takeBatch();
    assertThat(values(three)).containsExactly("v3");
    stream.say(applied(two, 21));
    Batch rest = stream.takeBatch();
    assertThat(values(rest)).containsExactly("later", "new");
    Read again = stream.takeRead();
    assertThat(again.getAfterSequence()).isEqualTo(rest.getSequence());
    stream.say(refused(three, Code.DENIED));
    stream.say(fenced(stream.takeFence()));
    assertThat(stream.takeBatch()).isEqualTo(rest);
    stream.say(applied(rest, 22));

    assertThat(result(puts.get(0)).version()).isEqualTo(20);
    assertThat(result(puts.get(2)).version()).isEqualTo(21);
    assertDenied(puts.get(3));
    assertThat(result(later).version()).isEqualTo(22);
    assertThat(later.requestId()).contains(RequestId.parse("0-9-" + rest.getSequence() + "-0"));
    stream.say(found(again, 0, List.of("later")));
    assertThat(result(get).found()).isTrue();
  }

  @Test
  void anIdThatWasToldStaysItsWritesOwn() {
    List<KvFuture<PutResult>> puts = many(2);
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch both = stream.takeBatch();
    RequestId told = puts.get(1).requestId().orElseThrow();
    stream.say(refused(both, Code.DENIED));
    stream.say(fenced(stream.takeFence()));
    puts.forEach(DenialTest::assertDenied);
    assertThat(puts.get(1).requestId()).contains(told);
    stream.assertNothingSent();
  }

  @Test
  void whatWasAppliedBeforeTheFenceHasItsAnswerAndNothingBeforeItFollows() {
    List<KvFuture<PutResult>> puts = many(2);
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch both = stream.takeBatch();
    KvFuture<PutResult> later = client.put("k0", "later");
    Batch behind = stream.takeBatch();
    stream.say(refused(both, Code.DENIED));
    stream.say(fenced(stream.takeFence()));
    stream.takeFence();
    // An attempt on another stream came between the two.
    stream.say(applied(behind, 12));
    assertThat(result(later).version()).isEqualTo(12);
    for (KvFuture<PutResult> put : puts) {
      assertThat(failure(put, FencedException.class).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }
  }

  @Test
  void aCallThatIsTakenBackCanStillBeCancelled() {
    List<KvFuture<PutResult>> puts = many(2);
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch both = stream.takeBatch();
    client.put("k", "behind");
    stream.takeBatch();
    stream.say(refused(both, Code.DENIED));
    assertThat(puts.get(0).cancel(false)).isTrue();
    // Sent, and not known yet: so it has an id.
    assertThat(puts.get(0).requestId()).isPresent();
    stream.say(fenced(stream.takeFence()));
    assertThat(puts.get(1).cancel(false)).isTrue();
    assertThat(puts.get(1).requestId()).isEmpty();
    stream.say(fenced(stream.takeFence()));
    assertThat(values(stream.takeBatch())).containsExactly("behind");
  }

  @Test
  void theSessionIsGivenUpIfTheFenceIsDeniedToo() {
    KvFuture<PutResult> a = client.put("k", "a");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch first = stream.takeBatch();
    KvFuture<PutResult> b = client.put("k", "b");
    stream.takeBatch();
    stream.say(refused(first, Code.DENIED));
    Fence fence = stream.takeFence();
    stream.takeBatch();
    stream.say(refused(fence, Code.DENIED));
    assertDenied(a);
    SessionExpiredException unknown = failure(b, SessionExpiredException.class);
    assertThat(unknown.outcome()).isEqualTo(Outcome.UNKNOWN);
    // The session is not closed, so that this can be resolved.
    CompletableFuture<Resolution> fate = client.resolve(unknown.requestId().orElseThrow());
    Fence asked = stream.takeFence();
    assertThat(asked.getSession()).isEqualTo(9);
    stream.say(fenced(asked));
    assertThat(result(fate)).isEqualTo(new Resolution.NeverApplied());
  }

  @Test
  void readsThatWereDeniedTogetherAreAskedInHalves() {
    List<CompletableFuture<GetResult>> gets = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      gets.add(client.get("k" + i));
    }
    ScriptedTransport.Session stream = transport.welcome();
    ClientMessage all = stream.take();
    assertThat(all.getRead().getKeysCount()).isEqualTo(3);
    stream.say(refused(all, Code.DENIED));
    Read one = stream.takeRead();
    assertThat(one.getKeysList()).hasSize(1);
    ClientMessage two = stream.take();
    stream.say(refused(two, Code.DENIED));
    Read three = stream.takeRead();
    stream.say(found(one, 0, List.of("a")));
    stream.say(found(three, 0, List.of("c")));
    assertThat(result(gets.get(0)).valueAsString()).isEqualTo("a");
    assertDenied(gets.get(1));
    assertThat(result(gets.get(2)).valueAsString()).isEqualTo("c");
  }
}
