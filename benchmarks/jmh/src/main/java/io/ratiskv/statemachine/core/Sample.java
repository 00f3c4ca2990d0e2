package io.ratiskv.statemachine.core;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import java.util.SplittableRandom;

/** Keys, values and entries as clients and servers make them. */
final class Sample {
  /** As {@code kv bench} has them by default. */
  static final int VALUE_BYTES = 128;

  private static final int VALUES = 64;
  private static final byte[][] RANDOM = values(VALUE_BYTES);

  private Sample() {}

  private static byte[][] values(int bytes) {
    SplittableRandom random = new SplittableRandom(1);
    byte[][] values = new byte[VALUES][bytes];
    for (byte[] value : values) {
      random.nextBytes(value);
    }
    return values;
  }

  /** 16 bytes. */
  static byte[] key(int number) {
    return ("bench/" + Long.toString(10_000_000_000L + number).substring(1)).getBytes(US_ASCII);
  }

  static byte[] value(int number) {
    return RANDOM[number % VALUES];
  }

  /** Encoded operations on random ones of so many keys. */
  static ByteString operations(
      Operation.Kind kind, int count, int keys, int valueBytes, SplittableRandom random) {
    Operations.Builder operations = Operations.newBuilder();
    for (int i = 0; i < count; i++) {
      byte[] value = value(random.nextInt(VALUES));
      operations.addOperation(
          Operation.newBuilder()
              .setKind(kind)
              .setKey(UnsafeByteOperations.unsafeWrap(key(random.nextInt(keys))))
              .setValue(UnsafeByteOperations.unsafeWrap(value, 0, valueBytes)));
    }
    return operations.build().toByteString();
  }

  static Command batch(long session, long sequence, ByteString operations) {
    return Command.newBuilder()
        .setBatch(
            Batch.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setFirstUnanswered(sequence)
                .setOperations(operations))
        .build();
  }

  static Command open() {
    return Command.newBuilder()
        .setOpen(
            OpenSession.newBuilder().setNonce(ByteString.copyFrom(new byte[Limits.NONCE_BYTES])))
        .build();
  }

  static byte[] entry(Iterable<Command> commands) {
    return LogEntry.newBuilder()
        .setFormat(EntryDecoder.FORMAT)
        .addAllCommands(commands)
        .build()
        .toByteArray();
  }
}
