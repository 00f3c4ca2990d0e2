package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import io.ratiskv.protocol.Limits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes clients. Not safe for several threads. Only {@link #endpoints} must be called. */
public final class KvClientBuilder {
  private static final Duration LONGEST = Duration.ofDays(365);

  private List<Endpoint> endpoints = List.of();
  private String cluster = "";
  private long timeoutNanos = Duration.ofSeconds(10).toNanos();
  private long closeTimeoutNanos = Duration.ofSeconds(5).toNanos();
  private int maxPendingOperations = 16_384;
  private long maxPendingBytes = 64L << 20;
  private Executor callbackExecutor = Completions.defaultExecutor();
  private @Nullable CallListener callListener;
  private Supplier<Transport> transport = () -> new GrpcTransport(Channels.PLAIN);
  private Tuning tuning = Tuning.DEFAULT;

  KvClientBuilder() {}

  /**
   * Servers of the cluster; one that can be reached is enough, the others are learnt from it when
   * they lead.
   *
   * @param hostAndPorts each {@code host:port} or {@code [v6]:port}
   */
  public KvClientBuilder endpoints(String... hostAndPorts) {
    return endpoints(List.of(hostAndPorts));
  }

  /** As {@link #endpoints(String...)}. */
  public KvClientBuilder endpoints(List<String> hostAndPorts) {
    endpoints = hostAndPorts.stream().map(Endpoint::parse).distinct().toList();
    return this;
  }

  /** The name of the cluster; a server of another is refused. Without: whichever is met first. */
  public KvClientBuilder cluster(String name) {
    cluster = requireNonNull(name, "name");
    return this;
  }

  /** TLS with these files. Without: plain text. */
  public KvClientBuilder tls(Tls files) {
    Channels channels = new Channels(requireNonNull(files, "files"));
    transport = () -> new GrpcTransport(channels);
    return this;
  }

  /** How long a call may take; 10 s unless said. */
  public KvClientBuilder timeout(Duration timeout) {
    timeoutNanos = positiveNanos(timeout, "timeout");
    return this;
  }

  /** How long a close may wait for calls that were made before; 5 s unless said. */
  public KvClientBuilder closeTimeout(Duration timeout) {
    closeTimeoutNanos = positiveNanos(timeout, "closeTimeout");
    return this;
  }

  /** Calls that may be unanswered; 16,384 unless said. One more fails at once. */
  public KvClientBuilder maxPendingOperations(int operations) {
    if (operations < 1) {
      throw new IllegalArgumentException("maxPendingOperations is " + operations + ", at least 1");
    }
    maxPendingOperations = operations;
    return this;
  }

  /**
   * Bytes of keys and values that unanswered calls may hold; 64 MiB unless said. A call that would
   * pass this fails at once.
   *
   * @param bytes enough for the largest write there is
   */
  public KvClientBuilder maxPendingBytes(long bytes) {
    if (bytes < Limits.MAX_BATCH_BYTES) {
      throw new IllegalArgumentException(
          "maxPendingBytes is " + bytes + ", at least " + Limits.MAX_BATCH_BYTES);
    }
    maxPendingBytes = bytes;
    return this;
  }

  /**
   * Where futures are completed, and so where callbacks run that were added without an executor of
   * their own; the common pool unless said. One that runs tasks on the calling thread would let
   * callbacks hold up all calls of the client. If it refuses a task, the common pool takes it.
   *
   * <p>What callbacks call is sent together, when those are through that were completed together,
   * or when one of them waits for such a call's own future by {@code get} or {@code join}. One that
   * waits otherwise waits some 20 ms longer.
   */
  public KvClientBuilder callbackExecutor(Executor executor) {
    callbackExecutor = requireNonNull(executor, "executor");
    return this;
  }

  /** Who is told of each call when it ends, for metrics; nobody unless said. */
  public KvClientBuilder callListener(CallListener listener) {
    callListener = requireNonNull(listener, "listener");
    return this;
  }

  /** For tests. */
  KvClientBuilder transport(Supplier<Transport> supplier) {
    transport = supplier;
    return this;
  }

  /** For tests. */
  KvClientBuilder tuning(Tuning times) {
    tuning = times;
    return this;
  }

  /** Makes a client. It connects when it is first used. */
  public KvClient build() {
    return new KvClient(buildAsync());
  }

  /** Makes a client. It connects when it is first used. */
  public AsyncKvClient buildAsync() {
    if (endpoints.isEmpty()) {
      throw new IllegalStateException("no endpoints were named");
    }
    ClientSettings settings =
        new ClientSettings(
            endpoints,
            cluster,
            maxPendingOperations,
            maxPendingBytes,
            callbackExecutor,
            callListener,
            tuning);
    Engine engine = new Engine(settings, transport.get());
    engine.start();
    return new AsyncKvClient(engine, timeoutNanos, closeTimeoutNanos);
  }

  static long positiveNanos(Duration duration, String name) {
    requireNonNull(duration, name);
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " is " + duration + ", more than 0 is needed");
    }
    return duration.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : duration.toNanos();
  }
}
