package io.ratiskv.service;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.ratiskv.protocol.Limits;
import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.Credentials;
import io.ratiskv.service.security.Security;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The port for clients: its TLS, who is let in, and what a connection may cost. */
final class Doors {
  private static final int MAX_METADATA_BYTES = 8 << 10;
  private static final int MAX_STREAMS_PER_CONNECTION = 100;
  private static final long HANDSHAKE_SECONDS = 5;

  /** Without any call: a client has a stream open all the time. */
  private static final long IDLE_MINUTES = 5;

  private Doors() {}

  /**
   * A port without services.
   *
   * @param security null: plain text
   */
  static NettyServerBuilder open(InetSocketAddress address, @Nullable Security security) {
    ClientLimits limits = security == null ? ClientLimits.DEFAULT : security.config().limits();
    return open(address, security, new Connections(limits.connections()));
  }

  /** As above, with the bound of connections. */
  static NettyServerBuilder open(
      InetSocketAddress address, @Nullable Security security, Connections connections) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .maxInboundMessageSize(Limits.MAX_MESSAGE_BYTES)
            // A fixed one: gRPC else finds it out by pings, one with each message that comes.
            .flowControlWindow(Limits.MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
            .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
            .addTransportFilter(connections)
            .intercept(new Authentication(security));
    Credentials credentials = security == null ? null : security.clients();
    return credentials == null
        ? builder
        : builder.sslContext(TlsContexts.forListening(credentials));
  }
}
