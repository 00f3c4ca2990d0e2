package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.operation;
import static io.ratiskv.statemachine.core.Entries.operations;
import static io.ratiskv.statemachine.core.Entries.put;
import static io.ratiskv.statemachine.core.Entries.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Operation.Kind;
import io.ratiskv.protocol.v1.Operations;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits of operations, and that a server's door and the log take the same ones. */
class OperationDecoderTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  @Test
  void aKeyHas1To4096Bytes() {
    assertTaken(operations(put("k", "v")));
    assertTaken(operations(operation(Kind.PUT, zeros(4096), KEY)));
    assertRefused(operations(operation(Kind.PUT, zeros(0), KEY)), Code.KEY_EMPTY, 0, 1);
    assertRefused(
        operations(operation(Kind.PUT, zeros(4097), KEY)), Code.KEY_TOO_LARGE, 4097, 4096);
    assertRefused(
        operations(operation(Kind.APPEND, zeros(409_600), KEY)), Code.KEY_TOO_LARGE, 409_600, 4096);
  }

  @Test
  void aValueHasUpTo1MebibyteAndMayBeEmpty() {
    int limit = Limits.MAX_VALUE_BYTES;
    assertTaken(operations(operation(Kind.PUT, KEY, zeros(0))));
    assertTaken(operations(operation(Kind.APPEND, KEY, zeros(0))));
    assertTaken(operations(operation(Kind.PUT, KEY, zeros(limit))));
    assertTaken(operations(operation(Kind.APPEND, KEY, zeros(limit))));
    assertRefused(
        operations(operation(Kind.PUT, KEY, zeros(limit + 1))),
        Code.VALUE_TOO_LARGE,
        limit + 1,
        limit);
    assertRefused(
        operations(operation(Kind.APPEND, KEY, zeros(limit + 1))),
        Code.VALUE_TOO_LARGE,
        limit + 1,
        limit);
  }

  @Test
  void theGreatestValueWithTheGreatestKeyFitsInABatch() {
    assertTaken(operations(operation(Kind.APPEND, zeros(4096), zeros(Limits.MAX_VALUE_BYTES))));
  }

  @Test
  void aBatchHas1To1024Operations() {
    assertRefused(ByteString.EMPTY, Code.MALFORMED, 0, 0);
    assertTaken(times(1));
    assertTaken(times(1024));
    assertRefused(times(1025), Code.TOO_MANY_OPERATIONS, 1025, 1024);
    assertRefused(times(102_400), Code.TOO_MANY_OPERATIONS, 1025, 1024);
  }

  private static ByteString times(int count) {
    return Operations.newBuilder()
        .addAllOperation(Collections.nCopies(count, put("k", "v")))
        .build()
        .toByteString();
  }

  @Test
  void aBatchHasUpToALittleMoreThan1Mebibyte() {
    int limit = Limits.MAX_BATCH_BYTES;
    assertTaken(ofLength(limit));
    assertRefused(ofLength(limit + 1), Code.BATCH_TOO_LARGE, limit + 1, limit);
    ByteString far = ByteString.copyFrom(Collections.nCopies(100, ofLength(limit)));
    assertRefused(far, Code.BATCH_TOO_LARGE, 100L * limit, limit);
  }

  private static ByteString ofLength(int length) {
    int share = length / 101;
    Operations.Builder all = Operations.newBuilder();
    for (int i = 0; i < 100; i++) {
      all.addOperation(operation(Kind.PUT, KEY, zeros(share)));
    }
    int left = length - all.build().getSerializedSize();
    for (int value = left; ; value--) {
      ByteString last = operations(operation(Kind.PUT, KEY, zeros(value)));
      if (last.size() == left) {
        return all.build().toByteString().concat(last);
      }
    }
  }

  @Test
  void anOperationOfUnknownKindIsRefused() {
    assertRefused(operations(operation(Kind.KIND_UNSPECIFIED, KEY, KEY)), Code.MALFORMED, 0, 0);
    assertRefused(
        operations(
            io.ratiskv.protocol.v1.Operation.newBuilder()
                .setKindValue(3)
                .setKey(KEY)
                .setValue(KEY)
                .build()),
        Code.MALFORMED,
        0,
        0);
  }

  @Test
  void oneBadOperationSpoilsItsBatch() {
    assertRefused(operations(put("k", "v"), put("", "v")), Code.KEY_EMPTY, 0, 1);
  }

  @Test
  void aLengthThatTheBytesDoNotBearOutCostsNothing() throws Exception {
    for (int length : new int[] {1, 1 << 20, 100 << 20, Integer.MAX_VALUE, -1}) {
      byte[] claim = new byte[16];
      CodedOutputStream out = CodedOutputStream.newInstance(claim);
      out.writeUInt32NoTag(3 << 3 | 2);
      out.writeUInt32NoTag(length);
      ByteString operation = ByteString.copyFrom(claim, 0, out.getTotalBytesWritten());
      ByteString lies =
          ByteString.copyFrom(new byte[] {1 << 3 | 2, (byte) operation.size()}).concat(operation);
      Code code = length < 0 || length > 1 << 20 ? Code.VALUE_TOO_LARGE : Code.MALFORMED;
      assertThat(refusal(lies)).startsWith(code.toString());
      assertThat(Allocation.of(() -> refusal(lies))).isLessThan(64 << 10);
    }
  }

  @Test
  void theDoorTakesWhatTheLogTakesAndNothingElse() {
    ByteString valid =
        operations(put("key", "value"), Entries.append("k", ""), put("ключ", "v".repeat(200)));
    Seeds.each(
        200,
        random -> {
          for (int i = 0; i < 100; i++) {
            byte[] bytes = valid.toByteArray();
            for (int j = random.nextInt(3); j >= 0; j--) {
              bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertDoorAgrees(Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)));
            assertDoorAgrees(bytes);
          }
        });
  }

  private static void assertDoorAgrees(byte[] bytes) throws IOException {
    String log = decoded(bytes);
    assertThat(door(ByteString.copyFrom(bytes))).isEqualTo(log);
    // As gRPC may hand it over: in pieces, or as a view of something else.
    int middle = bytes.length / 2;
    ByteString.Output pieces = ByteString.newOutput(3);
    pieces.write(bytes, 0, middle);
    pieces.write(bytes, middle, bytes.length - middle);
    assertThat(door(pieces.toByteString())).isEqualTo(log);
    assertThat(door(ByteString.readFrom(new ByteArrayInputStream(bytes), 5))).isEqualTo(log);
  }

  private static String decoded(byte[] bytes) {
    try {
      OperationDecoder.decode(CodedInputStream.newInstance(bytes), bytes.length);
      return "taken";
    } catch (MalformedException e) {
      return outcome(e);
    } catch (IOException e) {
      return outcome(OperationDecoder.notOperations());
    }
  }

  private static String door(ByteString bytes) {
    try {
      OperationDecoder.check(bytes);
      return "taken";
    } catch (MalformedException e) {
      return outcome(e);
    }
  }

  private static String outcome(MalformedException e) {
    return e.code() + " " + e.actual() + " of " + e.limit();
  }

  private static String refusal(ByteString operations) {
    assertThat(door(operations)).isEqualTo(decoded(operations.toByteArray()));
    return door(operations);
  }

  @Test
  void whatIsDecodedKeepsNothingOfTheEntryAlive() throws Exception {
    byte[] bytes = operations(put("key", "value")).toByteArray();
    List<Operation> decoded =
        OperationDecoder.decode(CodedInputStream.newInstance(bytes), bytes.length);
    Arrays.fill(bytes, (byte) 0);
    assertThat(decoded).containsExactly(new Operation.Put(Bytes.utf8("key"), Bytes.utf8("value")));
  }

  @Test
  void theMessageNamesNoContent() {
    String secret = "secret".repeat(1000);
    assertThatThrownBy(() -> OperationDecoder.check(operations(put(secret, "v"))))
        .isInstanceOf(MalformedException.class)
        .hasMessage("length of a key in bytes: 6000, limit 4096");
  }

  private static void assertTaken(ByteString operations) {
    assertThat(refusal(operations)).isEqualTo("taken");
  }

  private static void assertRefused(ByteString operations, Code code, long actual, long limit) {
    assertThat(refusal(operations)).isEqualTo(code + " " + actual + " of " + limit);
  }
}
