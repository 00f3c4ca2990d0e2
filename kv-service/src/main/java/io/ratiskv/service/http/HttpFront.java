package io.ratiskv.service.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD on a few paths. Whoever sends more than headers, or is slow, or comes while
 * too many others are being answered, loses the connection; the server behind it isn't slowed.
 */
public final class HttpFront implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final int THREADS = 8;
  private static final int WAITING = 64;

  static {
    // The server of the JDK waits for ever by default, and reads these once for the process.
    setDefault("sun.net.httpserver.maxReqTime", "5");
    setDefault("sun.net.httpserver.maxRspTime", "15");
    setDefault("sun.net.httpserver.idleInterval", "30");
    setDefault("jdk.httpserver.maxConnections", "256");
    // Else each answer waits 40 ms for an acknowledgement.
    setDefault("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Map<String, Page> pages;
  private final @Nullable Door door;

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private HttpFront(
      HttpServer server, ThreadPoolExecutor threads, Map<String, Page> pages, @Nullable Door door) {
    this.server = server;
    this.threads = threads;
    this.pages = pages;
    this.door = door;
  }

  /**
   * Listens.
   *
   * @param door for HTTPS; null: plain text, and everybody sees everything
   * @param pages by path, as in {@code /status}
   * @throws IOException if the address can't be listened on: names it
   */
  public static HttpFront open(
      InetSocketAddress address, @Nullable Door door, Map<String, Page> pages) throws IOException {
    HttpServer server;
    try {
      server = door == null ? HttpServer.create(address, 0) : https(address, door);
    } catch (IOException e) {
      throw new IOException("can't listen for HTTP on " + address + ": " + e.getMessage(), e);
    }
    HttpFront front = new HttpFront(server, threads(), Map.copyOf(pages), door);
    server.createContext("/", front::handle);
    server.setExecutor(front.threads);
    server.start();
    return front;
  }

  private static HttpServer https(InetSocketAddress address, Door door) throws IOException {
    HttpsServer server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(door.tls()) {
          @Override
          public void configure(HttpsParameters connection) {
            SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
            parameters.setWantClientAuth(door.asksForCertificates());
            connection.setSSLParameters(parameters);
          }
        });
    return server;
  }

  private static ThreadPoolExecutor threads() {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            task -> {
              Thread thread = new Thread(task, "kv-http-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Page.Answer answer = answer(exchange);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      headers(exchange.getResponseHeaders(), answer);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head || body.length == 0 ? -1 : body.length);
      if (!head) {
        try (OutputStream out = exchange.getResponseBody()) {
          out.write(body);
        }
      }
    }
  }

  private Page.Answer answer(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Page.Answer.text(405, "GET and HEAD alone");
    }
    String path = exchange.getRequestURI().getPath();
    @Nullable Page page = pages.get(path);
    if (page == null) {
      return Page.Answer.text(
          404, "there is " + String.join(", ", pages.keySet().stream().sorted().toList()));
    }
    String refusal = refusal(path, exchange);
    if (refusal != null) {
      return Page.Answer.text(403, refusal);
    }
    try {
      return page.answer();
    } catch (RuntimeException e) {
      LOG.warn("could not answer {}", path, e);
      return Page.Answer.text(500, "that failed; the server's log says why");
    }
  }

  private @Nullable String refusal(String path, HttpExchange exchange) {
    return door != null && exchange instanceof HttpsExchange secured
        ? door.refusal(path, secured.getSSLSession())
        : null;
  }

  private static void headers(Headers headers, Page.Answer answer) {
    headers.set("Content-Type", answer.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", answer.policy());
    if (answer.status() == 400 || answer.status() == 405) {
      headers.set("Connection", "close");
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
