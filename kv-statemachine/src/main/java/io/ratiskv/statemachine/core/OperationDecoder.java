package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Operation.Kind;
import io.ratiskv.protocol.v1.Operations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads an encoded {@link Operations} straight into the core's types: each key and value is copied
 * once, out of the entry, so that what is stored keeps no entry alive.
 *
 * <p>Total: any bytes give operations within the limits, or a {@link MalformedException}; nothing
 * is allocated on the word of a length that the bytes don't bear out.
 */
public final class OperationDecoder {
  private static final Bytes NONE = Bytes.wrap(Bytes.NONE);
  private static final int OPERATION_TAG =
      tag(Operations.OPERATION_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final int KIND_TAG =
      tag(io.ratiskv.protocol.v1.Operation.KIND_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int KEY_TAG =
      tag(io.ratiskv.protocol.v1.Operation.KEY_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final int VALUE_TAG =
      tag(
          io.ratiskv.protocol.v1.Operation.VALUE_FIELD_NUMBER,
          WireFormat.WIRETYPE_LENGTH_DELIMITED);

  private final CodedInputStream in;
  private final boolean keep;

  private OperationDecoder(CodedInputStream in, boolean keep) {
    this.in = in;
    this.keep = keep;
  }

  /** Whether {@code operations} would be taken, without keeping them. For a server's door. */
  public static void check(ByteString operations) throws MalformedException {
    checkLength(operations.size());
    try {
      CodedInputStream in = operations.newCodedInput();
      // Without a limit, bytes that lie in several pieces would be read past their end.
      in.pushLimit(operations.size());
      new OperationDecoder(in, false).all();
    } catch (IOException e) {
      throw notOperations();
    }
  }

  /**
   * Whether every key that {@code operations} write passes the test.
   *
   * @throws MalformedException where {@link #check} does
   */
  public static boolean allKeys(ByteString operations, Predicate<ByteString> test)
      throws MalformedException {
    try {
      CodedInputStream in = operations.newCodedInput();
      for (Operation operation : decode(in, operations.size())) {
        if (!test.test(ByteString.copyFrom(operation.key().array()))) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw notOperations();
    }
  }

  /** The operations in the next {@code length} bytes of {@code in}. */
  static List<Operation> decode(CodedInputStream in, int length)
      throws MalformedException, IOException {
    checkLength(length);
    int outer = in.pushLimit(length);
    List<Operation> operations = new OperationDecoder(in, true).all();
    in.popLimit(outer);
    return operations;
  }

  private static void checkLength(int length) throws MalformedException {
    if (length > Limits.MAX_BATCH_BYTES) {
      throw new MalformedException(
          Code.BATCH_TOO_LARGE, "length of a batch in bytes", length, Limits.MAX_BATCH_BYTES);
    }
  }

  private List<Operation> all() throws MalformedException, IOException {
    List<Operation> operations = new ArrayList<>();
    int count = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag != OPERATION_TAG) {
        skip(tag);
        continue;
      }
      if (++count > Limits.MAX_BATCH_OPERATIONS) {
        throw new MalformedException(
            Code.TOO_MANY_OPERATIONS,
            "operations in a batch, at least",
            count,
            Limits.MAX_BATCH_OPERATIONS);
      }
      int outer = in.pushLimit(in.readRawVarint32());
      Operation operation = one();
      if (keep) {
        operations.add(operation);
      }
      in.popLimit(outer);
    }
    if (count == 0) {
      throw new MalformedException("a batch without operations");
    }
    return operations;
  }

  private Operation one() throws MalformedException, IOException {
    int kind = Kind.KIND_UNSPECIFIED_VALUE;
    int keyLength = 0;
    Bytes key = NONE;
    Bytes value = NONE;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == KIND_TAG) {
        kind = in.readEnum();
      } else if (tag == KEY_TAG) {
        keyLength = in.readRawVarint32();
        checkKey(keyLength);
        key = bytes(keyLength);
      } else if (tag == VALUE_TAG) {
        int length = in.readRawVarint32();
        checkValue(length);
        value = bytes(length);
      } else {
        skip(tag);
      }
    }
    checkKey(keyLength);
    return operation(kind, key, value);
  }

  private static Operation operation(int kind, Bytes key, Bytes value) throws MalformedException {
    if (kind == Kind.PUT_VALUE) {
      return new Operation.Put(key, value);
    }
    if (kind == Kind.APPEND_VALUE) {
      return new Operation.Append(key, value);
    }
    throw new MalformedException("an operation of unknown kind " + kind);
  }

  /** Whether a key of so many bytes is one. */
  public static void checkKey(int length) throws MalformedException {
    if (length == 0) {
      throw new MalformedException(Code.KEY_EMPTY, "length of a key in bytes", 0, 1);
    }
    if (length < 0 || length > Limits.MAX_KEY_BYTES) {
      throw new MalformedException(
          Code.KEY_TOO_LARGE,
          "length of a key in bytes",
          Integer.toUnsignedLong(length),
          Limits.MAX_KEY_BYTES);
    }
  }

  private static void checkValue(int length) throws MalformedException {
    if (length < 0 || length > Limits.MAX_VALUE_BYTES) {
      throw new MalformedException(
          Code.VALUE_TOO_LARGE,
          "length of a value in bytes",
          Integer.toUnsignedLong(length),
          Limits.MAX_VALUE_BYTES);
    }
  }

  private Bytes bytes(int length) throws IOException {
    if (keep) {
      return Bytes.wrap(in.readRawBytes(length));
    }
    in.skipRawBytes(length);
    return NONE;
  }

  private void skip(int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new IOException("a group that ends without having begun");
    }
  }

  static MalformedException notOperations() {
    return new MalformedException("bytes that are no encoded operations");
  }

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }
}
