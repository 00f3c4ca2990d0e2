package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.ratiskv.protocol.Fingerprint;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.DigestCheck;
import io.ratiskv.protocol.v1.LogEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an encoded {@link LogEntry}. The one place where a replica learns what an entry says; an
 * entry is read whole before anything of it is done.
 */
public final class EntryDecoder {
  /** The newest format of log entries that this code knows. */
  static final int FORMAT = 1;

  private static final int COMMANDS_TAG = delimited(LogEntry.COMMANDS_FIELD_NUMBER);
  private static final int CHECK_TAG = delimited(LogEntry.CHECK_FIELD_NUMBER);
  private static final int FORMAT_TAG =
      LogEntry.FORMAT_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
  private static final int PRINCIPAL_TAG =
      delimited(io.ratiskv.protocol.v1.Command.PRINCIPAL_FIELD_NUMBER);
  private static final int OPEN_TAG = delimited(io.ratiskv.protocol.v1.Command.OPEN_FIELD_NUMBER);
  private static final int BATCH_TAG = delimited(io.ratiskv.protocol.v1.Command.BATCH_FIELD_NUMBER);
  private static final int CLOSE_TAG = delimited(io.ratiskv.protocol.v1.Command.CLOSE_FIELD_NUMBER);

  private static final int FENCE_TAG = delimited(io.ratiskv.protocol.v1.Command.FENCE_FIELD_NUMBER);
  private static final int EXPIRE_TAG =
      delimited(io.ratiskv.protocol.v1.Command.EXPIRE_FIELD_NUMBER);
  private static final int SET_PARAMETERS_TAG =
      delimited(io.ratiskv.protocol.v1.Command.SET_PARAMETERS_FIELD_NUMBER);

  /** What an entry says. */
  record Decoded(int format, List<Command> commands, @Nullable DigestCheck check) {}

  private final byte[] entry;
  private final CodedInputStream in;

  private EntryDecoder(byte[] entry) {
    this.entry = entry;
    this.in = CodedInputStream.newInstance(entry);
  }

  /**
   * @throws MalformedException if the bytes are no entry of a format that this code knows; an entry
   *     of a newer format comes back with that format and without commands
   */
  static Decoded decode(byte[] entry) throws MalformedException {
    if (entry.length > Limits.MAX_ENTRY_BYTES) {
      throw new MalformedException(
          Code.MALFORMED, "length of a log entry in bytes", entry.length, Limits.MAX_ENTRY_BYTES);
    }
    try {
      int format = new EntryDecoder(entry).format();
      if (Integer.compareUnsigned(format, FORMAT) > 0) {
        return new Decoded(format, List.of(), null);
      }
      if (format == 0) {
        throw new MalformedException("a log entry without a format");
      }
      return new EntryDecoder(entry).entry(format);
    } catch (IOException e) {
      throw new MalformedException("bytes that are no log entry");
    }
  }

  private int format() throws IOException {
    int format = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == FORMAT_TAG) {
        format = in.readUInt32();
      } else {
        skip(in, tag);
      }
    }
    return format;
  }

  private Decoded entry(int format) throws MalformedException, IOException {
    List<Command> commands = new ArrayList<>();
    DigestCheck check = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == COMMANDS_TAG) {
        int outer = in.pushLimit(in.readRawVarint32());
        commands.add(command());
        in.popLimit(outer);
      } else if (tag == CHECK_TAG) {
        check = check();
      } else {
        skip(in, tag);
      }
    }
    return new Decoded(format, commands, check);
  }

  private DigestCheck check() throws IOException {
    SmallMessage fields = SmallMessage.read(in);
    return DigestCheck.newBuilder().setIndex(fields.number(1)).setDigest(fields.number(2)).build();
  }

  private Command command() throws MalformedException, IOException {
    String principal = "";
    Command command = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == PRINCIPAL_TAG) {
        principal = principal();
      } else if (tag == OPEN_TAG) {
        command = open(principal);
      } else if (tag == BATCH_TAG) {
        command = batch(principal);
      } else if (tag == CLOSE_TAG) {
        command = new Command.Close(principal, SmallMessage.read(in).number(1));
      } else if (tag == FENCE_TAG) {
        command = fence(principal);
      } else if (tag == EXPIRE_TAG) {
        SmallMessage expire = SmallMessage.read(in);
        command = new Command.Expire(principal, expire.number(1), expire.number(2));
      } else if (tag == SET_PARAMETERS_TAG) {
        command = setParameters(principal);
      } else {
        skip(in, tag);
      }
    }
    if (command == null) {
      throw new MalformedException("a command of unknown kind");
    }
    if (!command.principal().equals(principal)) {
      throw new MalformedException("a command that names its principal last");
    }
    return command;
  }

  private String principal() throws MalformedException, IOException {
    byte[] utf8 = in.readByteArray();
    if (utf8.length > Limits.MAX_PRINCIPAL_BYTES) {
      throw new MalformedException("a principal of " + utf8.length + " bytes");
    }
    if (!ByteString.copyFrom(utf8).isValidUtf8()) {
      throw new MalformedException("a principal that is not UTF-8");
    }
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private Command open(String principal) throws MalformedException, IOException {
    byte[] nonce = SmallMessage.read(in).bytes();
    checkNonce(nonce.length);
    return new Command.Open(principal, Bytes.wrap(nonce));
  }

  /** Whether a nonce of so many bytes is one. */
  public static void checkNonce(int length) throws MalformedException {
    if (length != Limits.NONCE_BYTES) {
      throw new MalformedException("a nonce of " + length + " bytes, it has " + Limits.NONCE_BYTES);
    }
  }

  private Command fence(String principal) throws MalformedException, IOException {
    SmallMessage fence = SmallMessage.read(in);
    checkFence(fence.number(2), fence.number(3));
    return new Command.Fence(
        principal, fence.number(1), fence.number(2), fence.number(3), fence.number(4));
  }

  /** Whether these can be the numbers of a fence. */
  public static void checkFence(long sequence, long firstUnanswered) throws MalformedException {
    checkNumbers(sequence, firstUnanswered == 0 ? 1 : firstUnanswered);
  }

  private Command setParameters(String principal) throws MalformedException, IOException {
    SmallMessage fields = SmallMessage.read(in, 2);
    checkParameters(fields.number(1));
    return new Command.SetParameters(principal, fields.number(1), serverId(fields.bytes()));
  }

  /** An id of a server; empty where none is meant. */
  static String serverId(byte[] ascii) throws MalformedException {
    if (ascii.length > Limits.MAX_SERVER_ID_BYTES) {
      throw new MalformedException(
          Code.MALFORMED, "length of a server id", ascii.length, Limits.MAX_SERVER_ID_BYTES);
    }
    for (byte letter : ascii) {
      if (letter <= ' ' || letter > '~') {
        throw new MalformedException("a server id that is not of visible ASCII characters");
      }
    }
    return new String(ascii, StandardCharsets.US_ASCII);
  }

  /** Whether that is a time that a session may go unheard of; 0 stands for no change. */
  public static void checkParameters(long sessionTtlMillis) throws MalformedException {
    if (sessionTtlMillis == 0) {
      return;
    }
    if (sessionTtlMillis < Limits.MIN_SESSION_TTL_MILLIS) {
      throw new MalformedException(
          Code.MALFORMED,
          "session TTL in milliseconds",
          sessionTtlMillis,
          Limits.MIN_SESSION_TTL_MILLIS);
    }
    if (sessionTtlMillis > Limits.MAX_SESSION_TTL_MILLIS) {
      throw new MalformedException(
          Code.MALFORMED,
          "session TTL in milliseconds",
          sessionTtlMillis,
          Limits.MAX_SESSION_TTL_MILLIS);
    }
  }

  private Command batch(String principal) throws MalformedException, IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    BatchFields fields = new BatchFields();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      fields.read(tag);
    }
    in.popLimit(outer);
    return fields.command(principal);
  }

  /** The fields of a batch, as they come. */
  private final class BatchFields {
    private static final int SESSION_TAG =
        io.ratiskv.protocol.v1.Batch.SESSION_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int SEQUENCE_TAG =
        io.ratiskv.protocol.v1.Batch.SEQUENCE_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;
    private static final int FIRST_UNANSWERED_TAG =
        io.ratiskv.protocol.v1.Batch.FIRST_UNANSWERED_FIELD_NUMBER << 3
            | WireFormat.WIRETYPE_VARINT;
    private static final int OPERATIONS_TAG =
        delimited(io.ratiskv.protocol.v1.Batch.OPERATIONS_FIELD_NUMBER);

    private long session;
    private long sequence;
    private long firstUnanswered;
    private long fingerprint;
    private @Nullable List<Operation> operations;

    void read(int tag) throws MalformedException, IOException {
      if (tag == SESSION_TAG) {
        session = in.readUInt64();
      } else if (tag == SEQUENCE_TAG) {
        sequence = in.readUInt64();
      } else if (tag == FIRST_UNANSWERED_TAG) {
        firstUnanswered = in.readUInt64();
      } else if (tag == OPERATIONS_TAG) {
        int length = in.readRawVarint32();
        int from = in.getTotalBytesRead();
        operations = OperationDecoder.decode(in, length);
        fingerprint = Fingerprint.of(entry, from, length);
      } else {
        skip(in, tag);
      }
    }

    Command command(String principal) throws MalformedException {
      checkNumbers(sequence, firstUnanswered);
      if (operations == null) {
        throw new MalformedException("a batch without operations");
      }
      return new Command.Batch(
          principal, session, sequence, firstUnanswered, fingerprint, operations);
    }
  }

  public static void checkNumbers(long sequence, long firstUnanswered) throws MalformedException {
    if (sequence < 1 || firstUnanswered < 1 || firstUnanswered > sequence) {
      throw new MalformedException(
          "a batch with the sequence number "
              + sequence
              + " and the first unanswered "
              + firstUnanswered);
    }
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group that ends without having begun");
    }
  }

  private static int delimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
