package io.ratiskv.service.rpc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/** Connects to other servers. Any thread may call. */
final class Dialer {
  /** What a server says first: {@code RKVRAFT} and the version of what follows. */
  static final long GREETING = 0x524b_5652_4146_5401L;

  private static final Duration CONNECT = Duration.ofSeconds(1);

  /**
   * What whoever sends doesn't wait for; systems may allow less than asked for, not so much less.
   */
  private static final int SEND_BUFFER_BYTES = 256 << 10;

  private final Supplier<RaftPeerId> self;
  private final @Nullable SSLContext tls;
  private final Map<RaftPeerId, String> addresses = new ConcurrentHashMap<>();

  Dialer(Supplier<RaftPeerId> self, @Nullable SSLContext tls) {
    this.self = self;
    this.tls = tls;
  }

  void know(RaftPeer peer) {
    addresses.put(peer.getId(), String.valueOf(peer.getAddress()));
  }

  /** A socket for {@link #connect}, to be closed by whoever wants that to end early. */
  Socket socket() {
    return new Socket();
  }

  /** As {@link #connect}, with a socket of its own. */
  Wire dial(RaftPeerId peer, Duration patience) throws IOException {
    return connect(socket(), peer, patience);
  }

  /**
   * Whether the other one's machine answers, and says that nobody listens there: the process has
   * ended. False where nothing is heard in that time.
   */
  boolean isRefused(RaftPeerId peer, Duration patience) {
    try (Socket socket = socket()) {
      socket.connect(address(peer), millis(patience));
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Connects, and says who calls whom; whether the other one minds shows in its answer to what
   * comes next.
   *
   * @param patience how long to wait for each answer, and for the connection, if that is less than
   *     a second
   * @throws IOException if there is nobody, or not in that time, or it has no good certificate
   */
  Wire connect(Socket socket, RaftPeerId peer, Duration patience) throws IOException {
    try {
      InetSocketAddress address = address(peer);
      socket.setTcpNoDelay(true);
      socket.setSendBufferSize(SEND_BUFFER_BYTES);
      socket.connect(address, Math.min(millis(CONNECT), millis(patience)));
      socket.setSoTimeout(millis(patience));
      Wire wire = new Wire(socket, tls == null ? socket : secure(tls, socket, address));
      wire.send(
          Kind.HELLO,
          GREETING,
          RaftRpcRequestProto.newBuilder()
              .setRequestorId(self.get().toByteString())
              .setReplyId(peer.toByteString())
              .build());
      return wire;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }

  private static Socket secure(SSLContext tls, Socket socket, InetSocketAddress address)
      throws IOException {
    SSLSocket secure =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(socket, address.getHostString(), address.getPort(), true);
    SSLParameters parameters = secure.getSSLParameters();
    // The name in the certificate has to be the one that was asked for.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  /** Looked up each time: a server may have moved to another address under its name. */
  private InetSocketAddress address(RaftPeerId peer) throws IOException {
    String address = addresses.get(peer);
    int colon = address == null ? -1 : address.lastIndexOf(':');
    if (address == null || colon < 0) {
      throw new IOException("no address is known of " + peer);
    }
    String host = address.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    InetSocketAddress found =
        new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1)));
    if (found.isUnresolved()) {
      throw new IOException("the host of " + address + " is not known");
    }
    return found;
  }
}
