package io.ratiskv.statemachine.core;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * A message of a few numbers, and of one byte string in a field that its reader names. Read by hand
 * since the generated parsers keep what they don't know, at many times its length.
 */
final class SmallMessage {
  private static final int MAX_NUMBERS = 4;
  private static final byte[] NOTHING = new byte[0];

  private final int bytesField;
  private final long[] numbers = new long[MAX_NUMBERS + 1];
  private byte[] bytes = NOTHING;

  private SmallMessage(int bytesField) {
    this.bytesField = bytesField;
  }

  /** As {@link #read(CodedInputStream, int)}, with the byte string in the first field. */
  static SmallMessage read(CodedInputStream in) throws IOException {
    return read(in, 1);
  }

  /** Reads the message that {@code in} stands before, with its length. */
  static SmallMessage read(CodedInputStream in, int bytesField) throws IOException {
    SmallMessage message = new SmallMessage(bytesField);
    int outer = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      message.field(in, tag);
    }
    in.popLimit(outer);
    return message;
  }

  private void field(CodedInputStream in, int tag) throws IOException {
    int field = WireFormat.getTagFieldNumber(tag);
    int type = WireFormat.getTagWireType(tag);
    if (field <= MAX_NUMBERS && type == WireFormat.WIRETYPE_VARINT) {
      numbers[field] = in.readUInt64();
    } else if (field <= MAX_NUMBERS && type == WireFormat.WIRETYPE_FIXED64) {
      numbers[field] = in.readFixed64();
    } else if (field == bytesField && type == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      bytes = in.readByteArray();
    } else if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group that ends without having begun");
    }
  }

  /** The number in a field; 0 where it isn't there. */
  long number(int field) {
    return numbers[field];
  }

  byte[] bytes() {
    return bytes;
  }
}
