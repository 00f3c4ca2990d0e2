package io.ratiskv.service;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.FoundingState;
import io.ratiskv.protocol.v1.GetFoundingRequest;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.ListMembersRequest;
import io.ratiskv.protocol.v1.MemberList;
import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.service.security.Credentials;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks the services of other servers, before this one has a part in Raft. Each question has a
 * connection of its own.
 */
final class OtherServers implements Founding.Peers {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final @Nullable SslContext tls;

  /** With what this server shows and whom it takes; null: in plain text. */
  OtherServers(@Nullable Credentials credentials) {
    tls = credentials == null ? null : TlsContexts.forAsking(credentials);
  }

  @Override
  public @Nullable FoundingState ask(Member peer) {
    try {
      return call(
          peer.client().toString(),
          stub -> stub.getFounding(GetFoundingRequest.getDefaultInstance()));
    } catch (StatusRuntimeException e) {
      return null;
    }
  }

  /** Where the leader's service is, if the server is there and knows. */
  Optional<String> leaderEndpoint(String endpoint) {
    try {
      return Optional.of(
              call(endpoint, stub -> stub.getStatus(GetStatusRequest.getDefaultInstance())))
          .map(status -> status.getLeaderEndpoint())
          .filter(leader -> !leader.isEmpty());
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    }
  }

  /** How a server sees itself; empty if it doesn't answer in time. */
  Optional<ServerStatus> status(String endpoint) {
    try {
      return Optional.of(
          call(endpoint, stub -> stub.getStatus(GetStatusRequest.getDefaultInstance())));
    } catch (StatusRuntimeException e) {
      return Optional.empty();
    }
  }

  MemberList members(String endpoint) {
    return call(endpoint, stub -> stub.listMembers(ListMembersRequest.getDefaultInstance()));
  }

  private ManagedChannel channel(String endpoint) {
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(endpoint);
    return (tls == null ? builder.usePlaintext() : builder.sslContext(tls)).build();
  }

  private <R> R call(String endpoint, Function<AdminGrpc.AdminBlockingStub, R> question) {
    ManagedChannel channel = channel(endpoint);
    try {
      return question.apply(
          AdminGrpc.newBlockingStub(channel)
              .withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } finally {
      channel.shutdownNow();
    }
  }
}
