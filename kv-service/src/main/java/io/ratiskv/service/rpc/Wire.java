package io.ratiskv.service.rpc;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;

/**
 * A connection between two servers, on which messages travel whole:
 *
 * <table>
 *   <caption>A message</caption>
 *   <tr><th>bytes</th><th></th></tr>
 *   <tr><td>4</td><td>length of what follows, big-endian: 9 to {@link #MAX_FRAME_BYTES}</td></tr>
 *   <tr><td>1</td><td>{@link Kind}</td></tr>
 *   <tr><td>8</td><td>the sender's number for a request, and again in its answer</td></tr>
 *   <tr><td>rest</td><td>a message of Ratis in protobuf; of a {@link Kind#FAILURE}, text in UTF-8</td></tr>
 * </table>
 *
 * <p>Any thread may send or close; one at a time receives.
 */
final class Wire implements Closeable {
  /** The longest entry that may be in Ratis's log, and what a request says besides. */
  static final int MAX_FRAME_BYTES = 6 << 20;

  private static final int HEAD_BYTES = Byte.BYTES + Long.BYTES;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int MAX_FAILURE_BYTES = 1 << 10;
  private static final Duration LAST_WORD = Duration.ofSeconds(1);

  private final Socket plain;
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  /** In plain text. Takes the socket over. */
  Wire(Socket socket) throws IOException {
    this(socket, socket);
  }

  /**
   * Takes the sockets over.
   *
   * @param plain what {@code socket}, whose handshake is done, lies on. To close that one would be
   *     polite, and wait for whoever writes to it (JDK 17's {@code SSLSocketImpl.closeNotify})
   */
  Wire(Socket plain, Socket socket) throws IOException {
    this.plain = plain;
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    this.out = socket.getOutputStream();
  }

  /** How long {@link #receive} waits for bytes before it gives up. */
  void patience(Duration patience) throws IOException {
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
  }

  /** Returns once the system has the bytes, which it may be slow to take. */
  void send(Kind kind, long call, MessageLite message) throws IOException {
    int bytes = message.getSerializedSize();
    byte[] frame = frame(kind, call, bytes);
    CodedOutputStream body =
        CodedOutputStream.newInstance(frame, Integer.BYTES + HEAD_BYTES, bytes);
    message.writeTo(body);
    body.checkNoSpaceLeft();
    write(frame);
  }

  /** Tells that a request failed, and why; the text is cut to a kilobyte. */
  void fail(long call, String why) throws IOException {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    byte[] body = Arrays.copyOf(text, Math.min(text.length, MAX_FAILURE_BYTES));
    byte[] frame = frame(Kind.FAILURE, call, body.length);
    System.arraycopy(body, 0, frame, Integer.BYTES + HEAD_BYTES, body.length);
    write(frame);
  }

  /**
   * Tells whoever has called why he isn't served. Waits a moment for him to end the connection, or
   * what he has sent besides would end it before he hears.
   */
  void refuse(String why) throws IOException {
    fail(0, why);
    socket.shutdownOutput();
    long end = System.nanoTime() + LAST_WORD.toNanos();
    patience(LAST_WORD);
    while (in.skip(BUFFER_BYTES) > 0 && System.nanoTime() - end < 0) {
      // Of no interest.
    }
  }

  private static byte[] frame(Kind kind, long call, int bodyBytes) throws IOException {
    int length = HEAD_BYTES + bodyBytes;
    if (length > MAX_FRAME_BYTES) {
      throw new IOException(wrongLength(length, MAX_FRAME_BYTES));
    }
    byte[] frame = new byte[Integer.BYTES + length];
    ByteBuffer.wrap(frame).putInt(length).put(kind.code()).putLong(call);
    return frame;
  }

  private synchronized void write(byte[] frame) throws IOException {
    out.write(frame);
    out.flush();
  }

  private static String wrongLength(int length, int limit) {
    return "a message of " + Integer.toUnsignedString(length) + " bytes, limit " + limit;
  }

  /** As {@link #receive(int)}, of any length that is allowed. */
  Frame receive() throws IOException {
    return receive(MAX_FRAME_BYTES);
  }

  /**
   * Waits for the next message.
   *
   * @param limit bytes; a longer one is refused before there is room made for it
   * @throws IOException if none comes in time, what comes is no message, or the connection has
   *     ended
   */
  Frame receive(int limit) throws IOException {
    int length = in.readInt();
    if (length < HEAD_BYTES || length > limit) {
      throw new IOException(wrongLength(length, limit));
    }
    Kind kind = Kind.of(in.readByte());
    long call = in.readLong();
    byte[] body = new byte[length - HEAD_BYTES];
    in.readFully(body);
    return new Frame(kind, call, body);
  }

  /** Sends a request and waits for its answer, with nothing else under way. */
  <M> M call(Kind kind, MessageLite request, Parser<M> parser) throws IOException {
    send(kind, 0, request);
    return receive().reply(parser);
  }

  /** Ends whatever waits on it; never waits itself. */
  @Override
  public void close() {
    try {
      plain.close();
    } catch (IOException e) {
      // It is closed all the same.
    }
  }

  @Override
  public String toString() {
    return String.valueOf(plain.getRemoteSocketAddress());
  }
}
