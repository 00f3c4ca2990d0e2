package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Attributes;
import io.grpc.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bound of connections counts those that are there, and ends the others. */
class ConnectionsTest {
  private static final byte[] PREFACE_AND_SETTINGS =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

  private final Connections connections = new Connections(2);

  @Test
  void whatNeverWasReadyIsNotTakenOff() {
    for (int i = 0; i < 10; i++) {
      connections.transportTerminated(null);
      connections.transportTerminated(Attributes.EMPTY);
    }
    Attributes first = connections.transportReady(Attributes.EMPTY);
    connections.transportReady(Attributes.EMPTY);
    assertThatThrownBy(() -> connections.transportReady(Attributes.EMPTY))
        .hasMessageContaining("has 2 connections");
    assertThat(connections.count()).isEqualTo(2);

    connections.transportTerminated(first);
    connections.transportReady(Attributes.EMPTY);
    assertThat(connections.count()).isEqualTo(2);
  }

  @Test
  void oneTooManyIsEndedAtOnce() throws Exception {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server = Doors.open(anyPort, null, connections).build().start();
    List<Socket> held = new ArrayList<>();
    try {
      held.add(connect(server.getPort()));
      held.add(connect(server.getPort()));
      await().until(() -> connections.count() == 2);
      try (Socket third = connect(server.getPort())) {
        assertThat(isEnded(third)).isTrue();
      }
      assertThat(connections.count()).isEqualTo(2);
      held.remove(0).close();
      await().until(() -> connections.count() == 1);
      held.add(connect(server.getPort()));
      await().until(() -> connections.count() == 2);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
      server.shutdownNow().awaitTermination();
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(PREFACE_AND_SETTINGS);
    return socket;
  }

  /** Whether the other side closes it, rather than say nothing for ten seconds. */
  private static boolean isEnded(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // A farewell.
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true;
    }
  }
}
