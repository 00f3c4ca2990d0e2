package io.ratiskv.service;

import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Lets nothing in at Raft's port but what servers say to each other. Ratis offers its own clients
 * and administrators the same port, and lets them append entries and change the members.
 */
final class ServersAlone implements ServerInterceptor {
  private static final String SERVICE = RaftServerProtocolServiceGrpc.SERVICE_NAME;

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (SERVICE.equals(call.getMethodDescriptor().getServiceName())) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.PERMISSION_DENIED.withDescription("this port is for servers alone"), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
