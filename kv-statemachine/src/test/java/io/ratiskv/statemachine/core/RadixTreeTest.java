package io.ratiskv.statemachine.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RadixTreeTest {
  private static final Bytes VALUE = Bytes.utf8("v");

  private final RadixTree tree = new RadixTree();

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(tree.get(Bytes.utf8("k"))).isNull();
    put("key", 1);
    for (String other : List.of("", "k", "ke", "kex", "keys", "y")) {
      assertThat(tree.get(Bytes.utf8(other))).as(other).isNull();
    }
  }

  @Test
  void aKeyMayBeThePrefixOfOthers() {
    List<String> keys = List.of("abc", "abcdef", "ab", "abcd", "a", "abx", "", "abcdeg");
    for (int i = 0; i < keys.size(); i++) {
      assertThat(put(keys.get(i), i)).isNull();
    }
    for (int i = 0; i < keys.size(); i++) {
      assertThat(version(keys.get(i))).as(keys.get(i)).isEqualTo(i);
    }
    assertThat(walk(tree.freeze())).containsExactlyElementsOf(keys.stream().sorted().toList());
  }

  @Test
  void anEntryTakesThePlaceOfTheOneWithItsKey() {
    for (String key : List.of("a", "ab", "abc")) {
      assertThat(put(key, 1)).isNull();
      Value replaced = put(key, 2);
      assertThat(replaced).isNotNull().extracting(Value::version).isEqualTo(1L);
      assertThat(version(key)).isEqualTo(2);
    }
  }

  @Test
  void aNodeTakesAsManyChildrenAsThereAreBytes() {
    for (int i = 255; i >= 0; i--) {
      tree.put(Bytes.wrap(new byte[] {'k', (byte) i}), Value.of(VALUE, i));
      assertThat(versions(tree.freeze())).hasSize(256 - i).first().isEqualTo((long) i);
    }
    assertThat(versions(tree.freeze())).isSorted();
    assertThat(tree.get(Bytes.wrap(new byte[] {'k', (byte) 200}))).isNotNull();
  }

  /** As deep as it can be: each key is the prefix of the next. */
  @Test
  void theLongestKeysDoNoHarm() {
    for (int length = 1; length <= 4096; length++) {
      put("x".repeat(length), length);
    }
    assertThat(versions(tree.freeze())).hasSize(4096).isSorted();
    assertThat(version("x".repeat(4096))).isEqualTo(4096);
  }

  @Test
  void whatWasFrozenStaysWhateverIsWrittenAfter() {
    put("a", 1);
    put("abc", 2);
    RadixTree.Frozen frozen = tree.freeze();
    put("a", 3); // replaces
    put("ab", 4); // splits
    put("abcd", 5); // forks
    put("b", 6); // adds
    assertThat(walk(frozen)).containsExactly("a", "abc");
    assertThat(versions(frozen)).containsExactly(1L, 2L);
    assertThat(walk(tree.freeze())).containsExactly("a", "ab", "abc", "abcd", "b");
  }

  @Test
  void aValueThatOthersMoveDownKeepsItsKeyHereAndInWhatWasFrozen() {
    put("number/12345", 1);
    RadixTree.Frozen first = tree.freeze();
    put("number/12999", 2);
    RadixTree.Frozen second = tree.freeze();
    put("num", 3);
    assertThat(walk(first)).containsExactly("number/12345");
    assertThat(walk(second)).containsExactly("number/12345", "number/12999");
    assertThat(walk(tree.freeze())).containsExactly("num", "number/12345", "number/12999");
    assertThat(version("number/12345")).isEqualTo(1);
    assertThat(version("number/12")).isEqualTo(-1);
    assertThat(version("number/1234")).isEqualTo(-1);
    assertThat(version("number/123456")).isEqualTo(-1);
  }

  @Test
  void itDoesWhatASortedMapDoesAndSoDoesEveryFrozenStateOfIt() {
    Seeds.each(200, RadixTreeTest::runBesideAModel);
  }

  private record State(RadixTree.Frozen frozen, TreeMap<Bytes, Long> expected) {}

  private static void runBesideAModel(RandomGenerator random) {
    RadixTree tree = new RadixTree();
    TreeMap<Bytes, Long> model = new TreeMap<>();
    List<State> states = new ArrayList<>();
    int alphabet = 1 + random.nextInt(256);
    int longest = 1 + random.nextInt(12);
    for (int i = 0; i < 1_000; i++) {
      Bytes key = key(random, alphabet, longest);
      Value found = tree.get(key);
      assertThat(found == null ? null : found.version()).isEqualTo(model.get(key));
      Value old = tree.put(key, Value.of(VALUE, i));
      Long expected = model.put(key, (long) i);
      assertThat(old == null ? null : old.version()).isEqualTo(expected);
      if (random.nextInt(100) == 0) {
        states.add(new State(tree.freeze(), new TreeMap<>(model)));
      }
    }
    states.add(new State(tree.freeze(), model));
    states.forEach(RadixTreeTest::verify);
  }

  private static void verify(State state) {
    List<Bytes> keys = new ArrayList<>();
    List<Long> versions = new ArrayList<>();
    state
        .frozen()
        .forEach(
            (key, value) -> {
              keys.add(key);
              versions.add(value.version());
            });
    assertThat(keys).containsExactlyElementsOf(state.expected().keySet());
    assertThat(versions).containsExactlyElementsOf(state.expected().values());
  }

  private static Bytes key(RandomGenerator random, int alphabet, int longest) {
    byte[] key = new byte[random.nextInt(longest + 1)];
    for (int i = 0; i < key.length; i++) {
      // Runs of one byte make long common prefixes.
      key[i] = random.nextInt(3) == 0 ? (byte) random.nextInt(alphabet) : (byte) 0xfe;
    }
    return Bytes.wrap(key);
  }

  private @Nullable Value put(String key, long version) {
    return tree.put(Bytes.utf8(key), Value.of(VALUE, version));
  }

  private long version(String key) {
    Value value = tree.get(Bytes.utf8(key));
    return value == null ? -1 : value.version();
  }

  private static List<String> walk(RadixTree.Frozen frozen) {
    List<String> keys = new ArrayList<>();
    frozen.forEach((key, value) -> keys.add(new String(key.array(), UTF_8)));
    return keys;
  }

  private static List<Long> versions(RadixTree.Frozen frozen) {
    List<Long> versions = new ArrayList<>();
    frozen.forEach((key, value) -> versions.add(value.version()));
    return versions;
  }
}
