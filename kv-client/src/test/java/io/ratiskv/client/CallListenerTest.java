package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ratiskv.protocol.v1.Batch;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever counts is told of each call once, before its future is completed. */
@Timeout(30)
class CallListenerTest {
  private final ScriptedTransport transport = new ScriptedTransport();
  private final Queue<String> ends = new ConcurrentLinkedQueue<>();

  private AsyncKvClient client(CallListener listener) {
    return Harness.scripted(transport).callListener(listener).buildAsync();
  }

  private void note(CallListener.Kind kind, CallListener.End end, long nanos) {
    assertThat(nanos).isBetween(1L, 30_000_000_000L);
    ends.add(kind + " " + end);
  }

  @Test
  void eachEndIsTold() {
    AsyncKvClient client = client(this::note);
    KvFuture<PutResult> done = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch first = stream.takeBatch();
    stream.say(applied(first, 10));
    result(done);
    assertThat(ends).containsExactly("PUT DONE");

    KvFuture<AppendResult> sent = client.append("k", "w");
    stream.takeBatch();
    KvFuture<PutResult> cancelled = client.put("k", "x");
    cancelled.cancel(true);
    CompletableFuture<GetResult> unanswered = client.get("k");
    client.close();
    failure(sent, ClientClosedException.class);
    failure(unanswered, ClientClosedException.class);
    // The future of the cancelled one was completed by this thread, which told nobody.
    await()
        .untilAsserted(
            () ->
                assertThat(ends)
                    .containsExactlyInAnyOrder(
                        "PUT DONE", "PUT CANCELLED", "APPEND UNKNOWN", "GET NOT_APPLIED"));
  }

  @Test
  void oneThatFailsHarmsNoCall() {
    harmsNoCall(
        (kind, end, nanos) -> {
          throw new IllegalStateException("of the listener's own");
        });
  }

  @Test
  void norDoesOneWhoseLibraryIsOfAnotherVersion() {
    harmsNoCall(
        (kind, end, nanos) -> {
          throw new NoSuchMethodError("of the listener's own");
        });
  }

  private void harmsNoCall(CallListener failing) {
    AsyncKvClient client = client(failing);
    KvFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    stream.say(applied(stream.takeBatch(), 10));
    assertThat(result(put).version()).isEqualTo(10);
    client.close();
  }
}
