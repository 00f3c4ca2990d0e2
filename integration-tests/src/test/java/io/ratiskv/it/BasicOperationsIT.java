package io.ratiskv.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.GetResult;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.LimitExceededException;
import io.ratiskv.client.Outcome;
import io.ratiskv.client.PutResult;
import io.ratiskv.protocol.Limits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the operations do, on a cluster that nothing happens to. */
class BasicOperationsIT {
  @RegisterExtension static final KvCluster cluster = KvCluster.of(3);

  private KvClient kv;

  @BeforeEach
  void connect() {
    kv = cluster.client();
  }

  @AfterEach
  void disconnect() {
    kv.close();
  }

  @Test
  void putGetAndAppendOnStrings() {
    // What is put is read.
    PutResult put = kv.put("greeting", "hello");
    GetResult first = kv.get("greeting");
    assertThat(first.found()).isTrue();
    assertThat(first.valueAsString()).isEqualTo("hello");
    assertThat(first.version()).isEqualTo(put.version()).isPositive();

    // What is appended stands behind it, and the answer names the new length.
    AppendResult appended = kv.append("greeting", ", wörld");
    assertThat(appended.length()).isEqualTo("hello, wörld".getBytes(UTF_8).length);
    assertThat(appended.version()).isGreaterThan(put.version());
    assertThat(kv.get("greeting").valueAsString()).isEqualTo("hello, wörld");
    assertThat(kv.get("greeting").version()).isEqualTo(appended.version());

    // A put replaces all of it.
    kv.put("greeting", "bye");
    assertThat(kv.get("greeting").valueAsString()).isEqualTo("bye");
  }

  @Test
  void keysAndValuesAreAnyBytes() {
    // All byte values, in the key and in the value, also those that are no UTF-8.
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    kv.put(all, all);
    assertThat(kv.get(all).value()).isEqualTo(all);
    kv.append(all, new byte[] {0, -1});
    byte[] expected = Arrays.copyOf(all, 258);
    expected[257] = -1;
    assertThat(kv.get(all).value()).isEqualTo(expected);

    // A key that is the beginning of another is another.
    byte[] zero = {0};
    byte[] zeroZero = {0, 0};
    kv.put(zero, new byte[] {1});
    kv.put(zeroZero, new byte[] {2});
    assertThat(kv.get(zero).value()).containsExactly(1);
    assertThat(kv.get(zeroZero).value()).containsExactly(2);
  }

  @Test
  void missingKeyAndEmptyValue() {
    // A key that nobody wrote is not found.
    GetResult missing = kv.get("nobody");
    assertThat(missing.found()).isFalse();
    assertThat(missing.value()).isEmpty();
    assertThat(missing.version()).isZero();

    // An empty value is found.
    kv.put("empty", "");
    assertThat(kv.get("empty").found()).isTrue();
    assertThat(kv.get("empty").value()).isEmpty();
    assertThat(kv.get("empty").version()).isPositive();

    // An append to a missing key makes it; an empty append makes it empty.
    assertThat(kv.append("new", "x").length()).isEqualTo(1);
    assertThat(kv.append("new and empty", "").length()).isZero();
    assertThat(kv.get("new and empty").found()).isTrue();
  }

  @Test
  void valuesOfAMebibyte() {
    // The greatest value under the greatest key goes through, and comes back in one piece.
    byte[] key = new byte[Limits.MAX_KEY_BYTES];
    Arrays.fill(key, (byte) 'k');
    byte[] value = new byte[Limits.MAX_VALUE_BYTES];
    new Random(1).nextBytes(value);
    kv.put(key, value);
    assertThat(kv.get(key).value()).isEqualTo(value);

    // So does one made of two halves, and an append of the greatest length to nothing.
    byte[] half = Arrays.copyOf(value, value.length / 2);
    kv.put("halves", "");
    byte[] halves = "halves".getBytes(UTF_8);
    kv.append(halves, half);
    assertThat(kv.append(halves, Arrays.copyOfRange(value, half.length, value.length)).length())
        .isEqualTo(value.length);
    assertThat(kv.get(halves).value()).isEqualTo(value);
    assertThat(kv.append("appended".getBytes(UTF_8), value).length()).isEqualTo(value.length);

    // Several of them at once, written and read.
    List<CompletableFuture<?>> writes = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      writes.add(kv.async().put(("big-" + i).getBytes(UTF_8), value));
    }
    List<CompletableFuture<GetResult>> reads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      reads.add(kv.async().get("big-" + i));
    }
    writes.forEach(CompletableFuture::join);
    reads.forEach(read -> assertThat(read.join().value()).isEqualTo(value));
  }

  @Test
  void limitsAreRefusedAndNothingIsApplied() {
    // A key has 1 to 4096 bytes.
    assertRefused(() -> kv.put(new byte[0], new byte[1]), 0, 1);
    assertRefused(() -> kv.get(new byte[0]), 0, 1);
    byte[] longest = new byte[Limits.MAX_KEY_BYTES];
    kv.put(longest, new byte[] {7});
    assertThat(kv.get(longest).value()).containsExactly(7);
    byte[] tooLong = new byte[Limits.MAX_KEY_BYTES + 1];
    assertRefused(() -> kv.put(tooLong, new byte[1]), tooLong.length, Limits.MAX_KEY_BYTES);
    assertRefused(() -> kv.append(tooLong, new byte[1]), tooLong.length, Limits.MAX_KEY_BYTES);
    assertRefused(() -> kv.get(tooLong), tooLong.length, Limits.MAX_KEY_BYTES);

    // A value has a mebibyte at most.
    byte[] key = "limit".getBytes(UTF_8);
    byte[] value = new byte[Limits.MAX_VALUE_BYTES];
    kv.put(key, value);
    byte[] tooLarge = new byte[value.length + 1];
    assertRefused(() -> kv.put(key, tooLarge), tooLarge.length, value.length);
    assertRefused(() -> kv.append(key, tooLarge), tooLarge.length, value.length);

    // An append over the limit is refused by the servers, and leaves the value and its version.
    long version = kv.get(key).version();
    assertRefused(() -> kv.append(key, new byte[1]), tooLarge.length, value.length);
    assertThat(kv.get(key).value()).isEqualTo(value);
    assertThat(kv.get(key).version()).isEqualTo(version);

    // The client and the key go on.
    assertThat(kv.append(key, new byte[0]).length()).isEqualTo(value.length);
    kv.put(key, new byte[] {1});
    assertThat(kv.append(key, new byte[] {2}).length()).isEqualTo(2);
  }

  private static void assertRefused(Runnable call, long actual, long limit) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            LimitExceededException.class,
            e -> {
              assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
              assertThat(e.actual()).isEqualTo(actual);
              assertThat(e.limit()).isEqualTo(limit);
            });
  }

  @Test
  void aRefusalInABatchStopsNothingElse() {
    // Of three appends that travel together, only the one over the limit is refused.
    byte[] key = "edge".getBytes(UTF_8);
    kv.put(key, new byte[Limits.MAX_VALUE_BYTES - 1]);
    AsyncKvClient async = kv.async();
    CompletableFuture<AppendResult> before = async.append("beside", "a");
    CompletableFuture<AppendResult> over = async.append(key, new byte[2]);
    CompletableFuture<AppendResult> after = async.append(key, new byte[1]);
    assertThat(before.join().length()).isEqualTo(1);
    assertThatThrownBy(over::join).hasCauseInstanceOf(LimitExceededException.class);
    assertThat(after.join().length()).isEqualTo(Limits.MAX_VALUE_BYTES);
  }

  @Test
  void callsOfOneClientTakeEffectInTheirOrder() {
    // Thousands of calls that are not waited for, on one key: the last put holds, and the appends
    // stand in the order of the calls.
    AsyncKvClient async = kv.async();
    StringBuilder expected = new StringBuilder();
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      if (i % 1000 == 0) {
        expected.setLength(0);
        expected.append("put ");
        calls.add(async.put("order", "put "));
      }
      expected.append(i).append(' ');
      calls.add(async.append("order", i + " "));
    }
    CompletableFuture<GetResult> last = async.get("order");
    calls.forEach(CompletableFuture::join);
    assertThat(last.join().valueAsString()).isEqualTo(expected.toString());
  }

  @Test
  void aReadSeesTheWritesThatWereCalledBefore() {
    // Each get is called right after an append, with nothing waited for.
    AsyncKvClient async = kv.async();
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    List<CompletableFuture<GetResult>> gets = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      appends.add(async.append("mine", "x"));
      gets.add(async.get("mine"));
    }
    for (int i = 0; i < gets.size(); i++) {
      // It may see more, never less; and the length is that of the version.
      assertThat(appends.get(i).join().length()).isEqualTo(i + 1);
      assertThat(gets.get(i).join().value().length).isGreaterThan(i);
    }
    // Another client sees all that this one was answered.
    try (KvClient other = cluster.client()) {
      assertThat(other.get("mine").value()).hasSize(500);
    }
  }

  @Test
  void allServersHaveTheSameState() {
    kv.put("same", "everywhere");
    cluster.awaitEqualDigests();
    for (String id : cluster.ids()) {
      assertThat(cluster.state(id).keys()).isEqualTo(cluster.state(cluster.leader()).keys());
    }
  }
}
