package io.ratiskv.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.ratiskv.protocol.Limits;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes connections to servers. Safe for any number of threads. */
final class Channels {
  /** In plain text. */
  static final Channels PLAIN = new Channels(null);

  /** The least that gRPC allows; the server must permit it. */
  private static final long KEEP_ALIVE_SECONDS = 10;

  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 5;

  private final @Nullable Tls tls;

  Channels(@Nullable Tls tls) {
    this.tls = tls;
  }

  /**
   * A channel, and so a TCP connection, of its own. Its user has joined the {@link NetworkThreads}.
   *
   * @throws UnavailableException naming a file of TLS that can't be used
   */
  ManagedChannel open(Endpoint endpoint) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .directExecutor()
            .disableRetry()
            .maxInboundMessageSize(Limits.MAX_MESSAGE_BYTES)
            // A fixed one: gRPC else finds it out by pings, one with each message that comes.
            .flowControlWindow(Limits.MAX_MESSAGE_BYTES)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    return NetworkThreads.open(
        tls == null ? builder.usePlaintext() : builder.sslContext(context(tls)));
  }

  private static SslContext context(Tls tls) {
    try {
      SslContextBuilder builder = GrpcSslContexts.forClient();
      if (tls.authorities() != null) {
        builder.trustManager(file(tls.authorities()));
      }
      if (tls.certificate() != null && tls.key() != null) {
        builder.keyManager(file(tls.certificate()), file(tls.key()));
      }
      return builder.build();
    } catch (IOException | IllegalArgumentException e) {
      throw new UnavailableException(
          "the files of " + tls + " can't be used: " + e.getMessage(), Outcome.NOT_APPLIED, e);
    }
  }

  private static File file(Path path) {
    File file = path.toFile();
    if (!file.isFile()) {
      throw new IllegalArgumentException("there is no file " + path);
    }
    return file;
  }
}
