package io.ratiskv.service;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSslSessionContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.ratiskv.service.security.Credentials;
import javax.net.ssl.SSLException;

/** Certificates as gRPC wants them. They follow their files in each. */
final class TlsContexts {
  private TlsContexts() {}

  static SslContext forListening(Credentials credentials) {
    SslContextBuilder builder =
        GrpcSslContexts.configure(SslContextBuilder.forServer(credentials.keys()));
    if (credentials.trust() != null) {
      builder.trustManager(credentials.trust()).clientAuth(ClientAuth.REQUIRE);
    }
    SslContext context = build(builder);
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
    }
    context.sessionContext().setSessionTimeout(Credentials.SESSION_SECONDS);
    return context;
  }

  static SslContext forAsking(Credentials credentials) {
    return build(
        GrpcSslContexts.configure(SslContextBuilder.forClient())
            .keyManager(credentials.keys())
            .trustManager(credentials.trust()));
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("the certificates can't be used for TLS", e);
    }
  }
}
