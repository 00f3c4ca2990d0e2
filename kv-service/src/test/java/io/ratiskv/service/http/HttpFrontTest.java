package io.ratiskv.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpFrontTest {
  private final CountDownLatch held = new CountDownLatch(1);
  private HttpFront front;

  @BeforeEach
  void open() throws IOException {
    front =
        HttpFront.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            null,
            Map.of(
                "/word", () -> Page.Answer.text(200, "hello"),
                "/bad",
                    () -> {
                      throw new IllegalStateException("a secret");
                    },
                "/slow", this::hold));
  }

  private Page.Answer hold() {
    try {
      held.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Page.Answer.text(200, "at last");
  }

  @AfterEach
  void close() {
    held.countDown();
    front.close();
  }

  @Test
  void answersItsPathsAndNoOthers() throws IOException {
    assertThat(ask("GET /word HTTP/1.1")).startsWith("HTTP/1.1 200 ").endsWith("hello\n");
    assertThat(ask("GET /word?x=1 HTTP/1.1")).endsWith("hello\n");
    assertThat(ask("GET /other HTTP/1.1"))
        .startsWith("HTTP/1.1 404 ")
        .endsWith("there is /bad, /slow, /word\n");
    assertThat(ask("GET /word/../../etc/passwd HTTP/1.1")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void headSaysNothingAndOthersAreRefused() throws IOException {
    assertThat(ask("HEAD /word HTTP/1.1")).startsWith("HTTP/1.1 200 ").doesNotContain("hello");
    assertThat(ask("POST /word HTTP/1.1")).startsWith("HTTP/1.1 405 ").contains("GET, HEAD");
  }

  @Test
  void aFaultIsNotTold() throws IOException {
    assertThat(ask("GET /bad HTTP/1.1")).startsWith("HTTP/1.1 500 ").doesNotContain("secret");
  }

  @Test
  void whoSpeaksNoHttpDoesNoHarm() throws IOException {
    assertThat(ask("\u0016\u0003\u0001 garbage")).doesNotContain("200");
    assertThat(ask("GET /word HTTP/1.1")).endsWith("hello\n");
  }

  /** More than are answered or may wait lose their connections, and are forgotten. */
  @Test
  void tooManyAtOnceAreTurnedAway() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        sockets.add(send("GET /slow HTTP/1.1"));
      }
      // Those that wait lose theirs as well, after some seconds.
      await().until(() -> closed(sockets) >= 100 - 72);
      held.countDown();
      // Until those that waited have their answers, it is turned away as well.
      await()
          .ignoreExceptionsInstanceOf(SocketException.class)
          .untilAsserted(() -> assertThat(ask("GET /word HTTP/1.1")).endsWith("hello\n"));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static long closed(List<Socket> sockets) {
    return sockets.stream().filter(HttpFrontTest::isClosed).count();
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private String ask(String request) throws IOException {
    try (Socket socket = send(request)) {
      socket.setSoTimeout(10_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket send(String request) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), front.port());
    socket
        .getOutputStream()
        .write(
            (request + "\r\nHost: here\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
    return socket;
  }
}
