package io.ratiskv.service;

import static java.util.Objects.requireNonNull;

import io.ratiskv.service.http.HttpFront;
import io.ratiskv.service.http.Page;
import io.ratiskv.service.metrics.MetricsText;
import io.ratiskv.service.security.Security;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operator's tools see of a server by HTTP, from before it has its place in a cluster: it
 * is alive then, and not ready.
 */
final class Observation implements AutoCloseable {
  private static final Page.Answer STARTING =
      Page.Answer.text(503, "starting: waits for the other servers, or reads its data");

  private static final Page.Answer HTML = Page.Answer.html(resource("status.html"));

  private static final String ALIVE = "/livez";
  private static final String READY = "/readyz";

  /** Most servers that are asked at once; beyond it, one after the other. */
  private static final int MAX_QUESTIONS = 16;

  private final HttpFront front;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          MAX_QUESTIONS,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> {
            Thread thread = new Thread(task, "kv-look");
            thread.setDaemon(true);
            return thread;
          },
          new ThreadPoolExecutor.CallerRunsPolicy());
  private final ClusterStatus cluster;
  private volatile @Nullable ServiceView view;

  private Observation(InetSocketAddress address, Security security) throws IOException {
    cluster =
        new ClusterStatus(new OtherServers(security.asking())::status, threads, System::nanoTime);
    front =
        HttpFront.open(
            address,
            HttpDoor.of(security, Set.of(ALIVE, READY)),
            Map.of(
                ALIVE,
                Observation::alive,
                READY,
                page(Observation::ready),
                "/metrics",
                page(seen -> new Page.Answer(200, MetricsText.TYPE, seen.metrics())),
                "/status",
                page(Observation::status),
                "/cluster",
                page(this::cluster),
                "/",
                Observation::html));
  }

  /**
   * Listens.
   *
   * @throws IOException if it can't
   */
  static Observation open(InetSocketAddress address, Security security) throws IOException {
    return new Observation(address, security);
  }

  /** From now on there is something to see. */
  void see(ServiceView service) {
    view = service;
  }

  /** The port it listens on. */
  int port() {
    return front.port();
  }

  /**
   * That this is answered at all says it; nothing else is asked, least of all other servers: who
   * starts a server again since the others are gone only makes it worse.
   */
  private static Page.Answer alive() {
    return Page.Answer.text(200, "alive");
  }

  private Page page(Function<ServiceView, Page.Answer> answer) {
    return () -> {
      ServiceView seen = view;
      return seen == null ? STARTING : answer.apply(seen);
    };
  }

  private static Page.Answer ready(ServiceView seen) {
    Readiness readiness = seen.readiness();
    return Page.Answer.text(readiness.isReady() ? 200 : 503, readiness.words());
  }

  private static Page.Answer status(ServiceView seen) {
    Readiness readiness = seen.readiness();
    return Page.Answer.json(
        200,
        StatusJson.of(seen.status())
            .put("ready", readiness.isReady())
            .put("readiness", readiness.words())
            .toString());
  }

  private Page.Answer cluster(ServiceView seen) {
    return Page.Answer.json(200, cluster.ask(seen.status(), seen.peers()));
  }

  static Page.Answer html() {
    return HTML;
  }

  private static String resource(String name) {
    try (InputStream in = Observation.class.getResourceAsStream(name)) {
      return new String(requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    front.close();
    threads.shutdownNow();
  }
}
