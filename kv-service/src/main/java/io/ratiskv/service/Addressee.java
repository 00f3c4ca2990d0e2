package io.ratiskv.service;

import java.util.Optional;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Takes from other servers only what is meant for this one. A request names the member that it is
 * for; Ratis 3.3.0 doesn't look. Where a new server listens at the place of one that was removed, a
 * leader that hasn't heard of it yet would count what the new one stores as stored by the old one,
 * and so commit with a majority that isn't one.
 */
final class Addressee implements ServerInterceptor {
  private final String id;

  Addressee(String id) {
    this.id = id;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        String addressee =
            request(message)
                .map(RaftRpcRequestProto::getReplyId)
                .map(ByteString::toStringUtf8)
                .orElse(id);
        if (refused) {
          return;
        }
        if (addressee.equals(id)) {
          super.onMessage(message);
          return;
        }
        refused = true;
        call.close(
            Status.FAILED_PRECONDITION.withDescription("this is " + id + ", not " + addressee),
            new Metadata());
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }

  /** What a message between servers says of sender and receiver. */
  static Optional<RaftRpcRequestProto> request(Object message) {
    RaftRpcRequestProto request = null;
    if (message instanceof AppendEntriesRequestProto append) {
      request = append.getServerRequest();
    } else if (message instanceof RequestVoteRequestProto vote) {
      request = vote.getServerRequest();
    } else if (message instanceof InstallSnapshotRequestProto install) {
      request = install.getServerRequest();
    } else if (message instanceof StartLeaderElectionRequestProto election) {
      request = election.getServerRequest();
    } else if (message instanceof ReadIndexRequestProto read) {
      request = read.getServerRequest();
    }
    return Optional.ofNullable(request);
  }
}
