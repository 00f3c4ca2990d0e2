package io.ratiskv.statemachine.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueTest {
  private static final int[] LENGTHS = {
    0, 1, 31, 32, 33, 63, 64, 65, 1000, 65_535, 65_536, 65_537, 200_000
  };

  @Test
  void manySmallAppendsGiveAllTheBytesInTheirOrder() {
    Seeds.each(
        1,
        random -> {
          ByteArrayOutputStream expected = new ByteArrayOutputStream();
          Value value = Value.of(bytes(), 1);
          while (expected.size() < 1 << 20) {
            byte[] tail = Seeds.bytes(random, random.nextInt(40));
            expected.writeBytes(tail);
            value = value.append(Bytes.wrap(tail), 2);
          }
          assertShows(value, expected.toByteArray());
        });
  }

  @Test
  void olderValuesStayWhatTheyWereWhileNewerOnesGrow() {
    Seeds.each(
        20,
        random -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          byte[] first = Seeds.bytes(random, random.nextInt(100));
          all.writeBytes(first);
          List<Value> values = new ArrayList<>(List.of(Value.of(Bytes.wrap(first), 1)));
          for (int i = 0; i < 200; i++) {
            int length = random.nextInt(50) == 0 ? 70_000 : random.nextInt(300);
            byte[] tail = Seeds.bytes(random, length);
            all.writeBytes(tail);
            values.add(values.get(i).append(Bytes.wrap(tail), 2));
          }
          byte[] last = all.toByteArray();
          for (Value value : values) {
            assertShows(value, Arrays.copyOf(last, value.length()));
          }
        });
  }

  @Test
  void tailsThatJustFitTheRoomOfAChunkAndThoseThatJustDoNot() {
    for (int first : LENGTHS) {
      for (int second : LENGTHS) {
        for (int third : LENGTHS) {
          byte[] expected = counting(first + second + third);
          Value value =
              Value.of(bytes(Arrays.copyOf(expected, first)), 1)
                  .append(bytes(Arrays.copyOfRange(expected, first, first + second)), 2)
                  .append(bytes(Arrays.copyOfRange(expected, first + second, expected.length)), 2);
          assertShows(value, expected);
        }
      }
    }
  }

  @Test
  void anAppendCostsItsTailAndAtMostOneChunkHoweverLongTheValue() throws Exception {
    int grain = 64 << 10;
    int slack = 2 << 10;
    List<Value> newest = new ArrayList<>(List.of(Value.of(bytes(new byte[900_000]), 1)));
    Bytes tail = bytes(new byte[100]);
    for (int i = 0; i < 1_400; i++) {
      assertThat(Allocation.of(() -> newest.set(0, newest.get(0).append(tail, 2))))
          .isLessThan(grain + tail.length() + slack);
    }
    assertThat(newest.get(0).length()).isEqualTo(900_000 + 140_000);
  }

  @Test
  void thousandsOfAppendsTakeNoMoreRoomThanTwiceTheValueAndAChunk() throws Exception {
    List<Value> newest = new ArrayList<>(List.of(Value.of(bytes(), 1)));
    Bytes tail = bytes(new byte[512]);
    // Each append also makes a Value and its Chunks, 56 bytes, and a longer list of chunks now and
    // then.
    long allocated =
        Allocation.of(
            () -> {
              for (int i = 0; i < 2_048; i++) {
                newest.set(0, newest.get(0).append(tail, 2));
              }
            });
    assertThat(newest.get(0).length()).isEqualTo(1 << 20);
    assertThat(allocated).isLessThan((1 << 20) + (64 << 10) + 2_048 * 64);
  }

  @Test
  void aValueHandedOutIsACopyOrCannotBeChanged() {
    Value value = Value.of(Bytes.utf8("ab"), 1).append(Bytes.utf8("cd"), 2);
    value.toByteArray()[0] = 'x';
    assertShows(value, new byte[] {'a', 'b', 'c', 'd'});
  }

  @Test
  void aValueDoesNotShowItsBytesInALog() {
    assertThat(Value.of(Bytes.utf8("secret"), 1)).hasToString("Value[6]");
    assertThat(Bytes.utf8("secret")).hasToString("Bytes[6]");
  }

  private static void assertShows(Value value, byte[] expected) {
    assertThat(value.length()).isEqualTo(expected.length);
    assertThat(Arrays.equals(value.toByteArray(), expected)).as("as an array").isTrue();
    assertThat(Arrays.equals(value.toByteString().toByteArray(), expected))
        .as("as a byte string")
        .isTrue();
  }

  private static Bytes bytes(byte... bytes) {
    return Bytes.wrap(bytes);
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }
}
