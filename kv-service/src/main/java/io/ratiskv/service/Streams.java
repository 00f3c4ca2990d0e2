package io.ratiskv.service;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.service.security.AccessRules;
import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Security;
import io.ratiskv.statemachine.core.KvState;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The clients' streams. */
final class Streams extends KvGrpc.KvImplBase {
  private final ConnectHandler.Identity identity;
  private final Leadership leadership;
  private final Committer committer;
  private final Supplier<KvState> state;
  private final OpenSessions sessions;
  private final RequestMetrics metrics;
  private final int maxUnanswered;
  private final Supplier<AccessRules> rules;
  private final Quotas quotas;

  /** Of a port; without {@code security} everybody may do everything. */
  Streams(
      ConnectHandler.Identity identity,
      Leadership leadership,
      Committer committer,
      Supplier<KvState> state,
      OpenSessions sessions,
      RequestMetrics metrics,
      int maxUnanswered,
      @Nullable Security security) {
    this.identity = identity;
    this.leadership = leadership;
    this.committer = committer;
    this.state = state;
    this.sessions = sessions;
    this.metrics = metrics;
    this.maxUnanswered = maxUnanswered;
    this.rules = security == null ? () -> AccessRules.OPEN : security::rules;
    this.quotas =
        new Quotas(
            security == null ? ClientLimits.DEFAULT : security.config().limits(), System::nanoTime);
  }

  @Override
  public StreamObserver<ClientMessage> connect(StreamObserver<ServerMessage> out) {
    Principal caller = Authentication.caller();
    Quotas.Use use = quotas.begin(caller);
    if (use == null) {
      out.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription(caller + " has too many streams open")
              .asRuntimeException());
      return new Nobody();
    }
    // However it ends: the context of a call is cancelled then.
    Context.current().addListener(ended -> quotas.end(use), Runnable::run);
    ConnectHandler handler =
        new ConnectHandler(
            identity,
            leadership,
            committer,
            () -> state.get().clusterEpoch(),
            sessions,
            metrics,
            new Access(
                caller,
                rules,
                (session, principal) -> state.get().isAnothers(session, principal),
                use),
            (ServerCallStreamObserver<ServerMessage>) out,
            maxUnanswered);
    handler.start();
    return handler;
  }

  /** Takes no notice of what still comes on a stream that was refused. */
  private static final class Nobody implements StreamObserver<ClientMessage> {
    @Override
    public void onNext(ClientMessage message) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }
}
