package io.ratiskv.service;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.protocol.v1.PeerGrpc;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Role;
import io.ratiskv.service.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, by the certificate of the connection, and lets each role call what it may: a
 * method that isn't named here is for operators.
 */
final class Authentication implements ServerInterceptor {
  private static final Context.Key<Principal> CALLER =
      Context.keyWithDefault("kv-caller", Principal.NOBODY);

  private final boolean knowsClients;

  /**
   * For one port.
   *
   * @param security null: nobody is known
   */
  Authentication(@Nullable Security security) {
    knowsClients = security != null && security.config().knowsClients();
  }

  /** Who makes the call that is being taken in; to be asked before the first message. */
  static Principal caller() {
    return CALLER.get();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!knowsClients) {
      return next.startCall(call, headers);
    }
    Optional<Principal> caller = caller(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (caller.isEmpty()) {
      return refuse(
          call,
          Status.UNAUTHENTICATED.withDescription(
              "the certificate names no role: it has to have one URI ratiskv://ROLE/NAME"));
    }
    if (!mayCall(caller.get().role(), call.getMethodDescriptor())) {
      return refuse(
          call,
          Status.PERMISSION_DENIED.withDescription(
              caller.get() + " may not call " + call.getMethodDescriptor().getBareMethodName()));
    }
    return Contexts.interceptCall(
        Context.current().withValue(CALLER, caller.get()), call, headers, next);
  }

  private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** Whose certificate it is that a connection was opened with; empty: nobody's. */
  static Optional<Principal> caller(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? Principal.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  static boolean mayCall(Role role, MethodDescriptor<?, ?> method) {
    if (role.isUnlimited() || method.equals(AdminGrpc.getGetStatusMethod())) {
      return true;
    }
    return switch (role) {
      case CLIENT, READ_ONLY -> method.equals(KvGrpc.getConnectMethod());
      // Also to rejoin; through Raft's port a server could do all of that anyway.
      case PEER ->
          method.equals(PeerGrpc.getAskTermMethod())
              || method.equals(AdminGrpc.getGetFoundingMethod())
              || method.equals(AdminGrpc.getListMembersMethod())
              || method.equals(AdminGrpc.getAddMemberMethod())
              || method.equals(AdminGrpc.getRemoveMemberMethod());
      default -> false;
    };
  }
}
