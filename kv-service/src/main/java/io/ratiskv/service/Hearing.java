package io.ratiskv.service;

import java.util.function.Predicate;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Takes requests of other servers only while it is to hear them, and ends their connections
 * otherwise: for tests that part a cluster, and at the end. Ratis, when it is closed, would wait
 * three seconds for the others to end them. After the end none of their requests is answered.
 */
final class Hearing implements ServerInterceptor {
  private final Predicate<String> hears;
  private volatile boolean over;

  /** {@code hears} is asked with a server's id, for each of its requests, by any thread. */
  Hearing(Predicate<String> hears) {
    this.hears = hears;
  }

  /** Nobody is heard or answered any more. */
  void end() {
    over = true;
  }

  /** Whether this server hears another now. */
  boolean of(String other) {
    return !over && hears.test(other);
  }

  /** Gives no answer once nobody is heard any more: what it says may not be kept. */
  private <Q, A> ServerCall<Q, A> silent(ServerCall<Q, A> call) {
    return new SimpleForwardingServerCall<>(call) {
      @Override
      public void sendMessage(A answer) {
        if (!over) {
          super.sendMessage(answer);
        }
      }
    };
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(silent(call), headers)) {
      private boolean ended;

      @Override
      public void onMessage(Q message) {
        boolean heard =
            Addressee.request(message)
                .map(RaftRpcRequestProto::getRequestorId)
                .map(ByteString::toStringUtf8)
                .map(Hearing.this::of)
                .orElse(true);
        if (ended) {
          return;
        }
        if (heard) {
          super.onMessage(message);
          return;
        }
        ended = true;
        call.close(Status.UNAVAILABLE.withDescription("cut off"), new Metadata());
      }

      @Override
      public void onHalfClose() {
        if (!ended) {
          super.onHalfClose();
        }
      }
    };
  }
}
