package io.ratiskv.service;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the connections of clients. One that is too many is told so at its first call; it costs
 * little until then, and is closed as idle.
 */
final class Connections extends ServerTransportFilter implements ServerInterceptor {
  private static final Attributes.Key<Boolean> TOO_MANY = Attributes.Key.create("kv-too-many");

  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  Connections(int limit) {
    this.limit = limit;
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    return open.incrementAndGet() > limit
        ? transport.toBuilder().set(TOO_MANY, true).build()
        : transport;
  }

  @Override
  public void transportTerminated(Attributes transport) {
    open.decrementAndGet();
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getAttributes().get(TOO_MANY) == null) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "this server has more than " + limit + " connections"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
