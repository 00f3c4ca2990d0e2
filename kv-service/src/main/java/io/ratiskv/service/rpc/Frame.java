package io.ratiskv.service.rpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;

/** One message as it came. */
final class Frame {
  private final Kind kind;
  private final long call;
  private final byte[] body;

  /** Keeps {@code body}, which nobody may change any more. */
  Frame(Kind kind, long call, byte[] body) {
    this.kind = kind;
    this.call = call;
    this.body = body;
  }

  Kind kind() {
    return kind;
  }

  /** Of a request, the sender's number for it; of an answer, that of its request. */
  long call() {
    return call;
  }

  /**
   * The message in it. Its bytes fields are views of the frame: a log entry, which is nearly all of
   * the frame that it comes in, isn't copied once more.
   *
   * @throws InvalidProtocolBufferException if it is none
   */
  <M> M message(Parser<M> parser) throws InvalidProtocolBufferException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    in.enableAliasing(true);
    M message = parser.parseFrom(in);
    in.checkLastTagWas(0);
    return message;
  }

  /** Of an answer that is to be one. */
  <M> M reply(Parser<M> parser) throws IOException {
    return switch (kind) {
      case REPLY -> message(parser);
      case FAILURE -> throw new IOException(new String(body, StandardCharsets.UTF_8));
      default -> throw new IOException(kind + " in place of an answer");
    };
  }
}
