package io.ratiskv.service.rpc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a message between two servers is. Its number is on the wire: see FORMATS.md. */
enum Kind {
  HELLO(1),
  APPEND(2),
  VOTE(3),
  ELECTION(4),
  SNAPSHOT(5),
  REPLY(16),
  FAILURE(17);

  private static final @Nullable Kind[] BY_CODE = new Kind[Byte.MAX_VALUE + 1];

  static {
    for (Kind kind : values()) {
      BY_CODE[kind.code] = kind;
    }
  }

  private final byte code;

  Kind(int code) {
    this.code = (byte) code;
  }

  byte code() {
    return code;
  }

  static Kind of(byte code) throws IOException {
    Kind kind = code < 0 ? null : BY_CODE[code];
    if (kind == null) {
      throw new IOException("a message of kind " + (code & 0xff) + ", which is none");
    }
    return kind;
  }
}
