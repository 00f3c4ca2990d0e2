package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.GetResult;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.PutResult;
import io.ratiskv.it.check.History;
import io.ratiskv.it.check.Output;
import io.ratiskv.it.check.Token;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** One client of the lab, in one round: one operation after the other. */
final class LabClient {
  /** Each does that many, however short the round. */
  private static final int LEAST_OPERATIONS = 4;

  /** The search for an order wants no more than 200 of a key. */
  private static final int MOST_SHARED_OPERATIONS = 150;

  /** More than a client does in a round. */
  private static final long ROUND = 1_000_000;

  private final KvClient kv;
  private final History history;
  private final int number;
  private final Random random;
  private int operations;

  LabClient(KvClient kv, History history, int number, long seed) {
    this.kv = kv;
    this.history = history;
    this.number = number;
    this.random = new Random(seed);
  }

  int operations() {
    return operations;
  }

  static String ownKey(int round, int client) {
    return "r" + round + "-own" + client;
  }

  static String sharedKey(int round, int number) {
    return "r" + round + "-shared" + number;
  }

  /** Appends to a key of its own, and reads there what it has appended, and nothing else. */
  void useOwnKey(int round, BooleanSupplier over) {
    String key = ownKey(round, number);
    StringBuilder expected = new StringBuilder();
    for (operations = 0; operations < LEAST_OPERATIONS || !over.getAsBoolean(); operations++) {
      if (random.nextBoolean()) {
        String token = token(round);
        append(key, token);
        expected.append(token);
      } else {
        assertThat(get(key))
            .as("what client %d reads of its own", number)
            .hasToString(expected + "");
      }
    }
    assertThat(get(key)).as("the end of client %d's key", number).hasToString(expected + "");
  }

  /** Appends, puts and reads at random. */
  void useSharedKeys(int round, int keys, BooleanSupplier over) {
    for (operations = 0;
        operations < LEAST_OPERATIONS
            || (operations < MOST_SHARED_OPERATIONS && !over.getAsBoolean());
        operations++) {
      String key = sharedKey(round, random.nextInt(keys));
      int dice = random.nextInt(100);
      if (dice < 50) {
        append(key, token(round));
      } else if (dice < 55) {
        put(key, token(round));
      } else {
        get(key);
      }
    }
  }

  private String token(int round) {
    return Token.of(number, round * ROUND + operations);
  }

  void append(String key, String token) {
    AppendResult unused =
        history
            .append(number, key, token)
            .sync(() -> kv.append(key, token), r -> Output.appended(r.version(), r.length()));
  }

  void put(String key, String value) {
    PutResult unused =
        history
            .put(number, key, value)
            .sync(() -> kv.put(key, value), r -> Output.put(r.version()));
  }

  String get(String key) {
    GetResult result =
        history
            .get(number, key)
            .sync(
                () -> kv.get(key),
                r -> Output.read(r.found(), r.found() ? r.valueAsString() : "", r.version()));
    return result.found() ? result.valueAsString() : "";
  }
}
