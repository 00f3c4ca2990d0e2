package io.ratiskv.statemachine.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StoreTest {
  private final Store store = new Store();

  @Test
  void aKeyThatWasNeverWrittenIsNotThere() {
    assertThat(store.get(Bytes.utf8("k"))).isNull();
    assertThat(store.keys()).isZero();
    assertThat(store.bytes()).isZero();
  }

  @Test
  void anAppendToAKeyThatIsNotThereBeginsIt() {
    assertThat(append("k", "ab", 5)).isEqualTo(2);
    assertHolds("k", "ab", 5);
  }

  @Test
  void anAppendAnswersTheNewLengthAndBringsItsVersion() {
    put("k", "ab", 5);
    assertThat(append("k", "cde", 6)).isEqualTo(5);
    assertHolds("k", "abcde", 6);
  }

  @Test
  void anEmptyAppendChangesTheVersionAlone() {
    put("k", "ab", 5);
    assertThat(append("k", "", 6)).isEqualTo(2);
    assertHolds("k", "ab", 6);
  }

  @Test
  void aPutReplacesWhatAppendsMadeAndIsAppendedToInItsTurn() {
    append("k", "ab", 1);
    append("k", "cd", 2);
    assertThat(put("k", "x", 3)).isEqualTo(1);
    append("k", "yz", 4);
    assertHolds("k", "xyz", 4);
    assertThat(store.bytes()).isEqualTo(4);
  }

  @Test
  void anAppendMayFillTheValueToTheLimit() {
    store.put(Bytes.utf8("k"), zeros(Limits.MAX_VALUE_BYTES - 1), 1);
    assertThat(append("k", "x", 2)).isEqualTo(Limits.MAX_VALUE_BYTES);
    assertThat(value("k").length()).isEqualTo(Limits.MAX_VALUE_BYTES);
    assertThat(value("k").version()).isEqualTo(2);
  }

  @Test
  void anAppendPastTheLimitAnswersTheLengthThatWasAskedForAndChangesNothing() {
    store.put(Bytes.utf8("k"), zeros(Limits.MAX_VALUE_BYTES - 1), 1);
    assertThat(append("k", "xy", 2)).isEqualTo(Limits.MAX_VALUE_BYTES + 1);
    assertThat(value("k").length()).isEqualTo(Limits.MAX_VALUE_BYTES - 1);
    assertThat(value("k").version()).isEqualTo(1);
    assertThat(store.keys()).isEqualTo(1);
    assertThat(store.bytes()).isEqualTo(Limits.MAX_VALUE_BYTES);
  }

  @Test
  void keysAreOrderedByTheirUnsignedBytesAndAPrefixComesFirst() {
    for (int[] key : new int[][] {{0x80}, {0x7f, 1}, {0xff}, {0x7f}, {0}, {0, 0}, {0xff, 0}}) {
      byte[] bytes = new byte[key.length];
      for (int i = 0; i < key.length; i++) {
        bytes[i] = (byte) key[i];
      }
      store.put(Bytes.wrap(bytes), Bytes.utf8(""), 1);
    }
    List<String> keys = new ArrayList<>();
    StoreView view = store.view();
    view.forEach((key, value) -> keys.add(hex(key)));
    assertThat(keys).containsExactly("00", "0000", "7f", "7f01", "80", "ff", "ff00");
  }

  @Test
  void keysAndBytesAreCountedAsTheyAre() {
    Seeds.each(
        20,
        random -> {
          Store counted = new Store();
          Map<String, String> expected = new TreeMap<>();
          for (int i = 0; i < 500; i++) {
            String key = "k".repeat(1 + random.nextInt(20));
            String value = "v".repeat(random.nextInt(50));
            if (random.nextBoolean()) {
              counted.put(Bytes.utf8(key), Bytes.utf8(value), i);
              expected.put(key, value);
            } else {
              counted.append(Bytes.utf8(key), Bytes.utf8(value), i);
              expected.merge(key, value, String::concat);
            }
            assertThat(counted.keys()).isEqualTo(expected.size());
            assertThat(counted.bytes())
                .isEqualTo(
                    expected.entrySet().stream()
                        .mapToLong(e -> e.getKey().length() + e.getValue().length())
                        .sum());
          }
        });
  }

  private int put(String key, String value, long version) {
    return store.put(Bytes.utf8(key), Bytes.utf8(value), version);
  }

  private int append(String key, String tail, long version) {
    return store.append(Bytes.utf8(key), Bytes.utf8(tail), version);
  }

  private void assertHolds(String key, String value, long version) {
    assertThat(value(key).toByteString().toStringUtf8()).isEqualTo(value);
    assertThat(value(key).version()).isEqualTo(version);
  }

  private Value value(String key) {
    Value value = store.get(Bytes.utf8(key));
    if (value == null) {
      throw new AssertionError("no key " + key);
    }
    return value;
  }

  private static Bytes zeros(int length) {
    return Bytes.wrap(new byte[length]);
  }

  private static String hex(Bytes bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte b : bytes.array()) {
      hex.append(String.format("%02x", b));
    }
    return hex.toString();
  }
}
