package io.ratiskv.service;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.PeerGrpc;
import io.ratiskv.protocol.v1.TermAnswer;
import io.ratiskv.protocol.v1.TermQuestion;
import java.util.function.Predicate;
import org.apache.ratis.server.RaftServer;

/**
 * Tells the other servers which term this one is in. Ratis raises the term before it answers a
 * request for a vote ({@code RaftServerImpl.requestVote}): a server that gave its vote in a term
 * never says again that it is in an earlier one.
 */
final class PeerHandler extends PeerGrpc.PeerImplBase {
  private final RaftServer.Division division;
  private final Predicate<String> hears;
  private final String server;
  private final ByteString group;

  /**
   * For the division of this server.
   *
   * @param hears whether this server hears another; the connection ends where it doesn't
   */
  PeerHandler(RaftServer.Division division, Predicate<String> hears) {
    this.division = division;
    this.hears = hears;
    this.server = division.getId().toString();
    this.group = group(division);
  }

  /** As it is named in questions. */
  static ByteString group(RaftServer.Division division) {
    return ByteString.copyFrom(
        division.getGroup().getGroupId().toByteString().asReadOnlyByteBuffer());
  }

  @Override
  public StreamObserver<TermQuestion> askTerm(StreamObserver<TermAnswer> out) {
    return new Answering((ServerCallStreamObserver<TermAnswer>) out);
  }

  /** Called by one thread at a time, one of gRPC's event loops. */
  private final class Answering implements StreamObserver<TermQuestion> {
    private final ServerCallStreamObserver<TermAnswer> out;
    private boolean ended;

    Answering(ServerCallStreamObserver<TermAnswer> out) {
      this.out = out;
    }

    @Override
    public void onNext(TermQuestion question) {
      if (ended) {
        return;
      }
      if (!question.getServer().equals(server) || !question.getGroup().equals(group)) {
        end(
            Status.FAILED_PRECONDITION.withDescription(
                "this is " + server + ", not " + question.getServer() + ", or of another cluster"));
      } else if (!hears.test(question.getFrom())) {
        end(Status.UNAVAILABLE.withDescription("cut off"));
      } else if (!out.isReady()) {
        end(Status.RESOURCE_EXHAUSTED.withDescription("the answers are not taken"));
      } else {
        out.onNext(TermAnswer.newBuilder().setTerm(division.getInfo().getCurrentTerm()).build());
      }
    }

    private void end(Status status) {
      ended = true;
      out.onError(status.asRuntimeException());
    }

    @Override
    public void onError(Throwable cause) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      if (!ended) {
        ended = true;
        out.onCompleted();
      }
    }
  }
}
