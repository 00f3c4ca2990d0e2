package io.ratiskv.service;

import io.ratiskv.service.security.Credentials;
import javax.net.ssl.SSLException;
import org.apache.ratis.thirdparty.io.grpc.netty.GrpcSslContexts;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ClientAuth;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.OpenSslSessionContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;

/**
 * For listening at Raft's port. Ratis makes a context of the same parts, but with that one a TLS
 * session is taken up again without a look at the certificate, whatever has become of its
 * authority.
 */
final class RaftTls {
  private RaftTls() {}

  static SslContext forListening(Credentials credentials) {
    try {
      SslContext context =
          GrpcSslContexts.configure(SslContextBuilder.forServer(credentials.keys()))
              .trustManager(credentials.trust())
              .clientAuth(ClientAuth.REQUIRE)
              .build();
      if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setSessionCacheEnabled(false);
      }
      context.sessionContext().setSessionTimeout(Credentials.SESSION_SECONDS);
      return context;
    } catch (SSLException e) {
      throw new IllegalStateException("the certificates can't be used for TLS", e);
    }
  }
}
