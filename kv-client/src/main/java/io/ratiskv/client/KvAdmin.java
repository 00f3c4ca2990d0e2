package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.AddMemberRequest;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.AdminGrpc.AdminBlockingStub;
import io.ratiskv.protocol.v1.BackupPart;
import io.ratiskv.protocol.v1.BackupRequest;
import io.ratiskv.protocol.v1.ChangeParametersRequest;
import io.ratiskv.protocol.v1.ClusterMember;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.ListMembersRequest;
import io.ratiskv.protocol.v1.RemoveMemberRequest;
import io.ratiskv.protocol.v1.TakeSnapshotRequest;
import io.ratiskv.protocol.v1.TransferLeadershipRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks single servers, for an operator. Calls wait for their answers, each on a connection of its
 * own; safe for any number of threads. They throw {@link KvException}s.
 */
public final class KvAdmin implements AutoCloseable {
  private static final Duration LEAST_TTL = Duration.ofMillis(Limits.MIN_SESSION_TTL_MILLIS);
  private static final Duration GREATEST_TTL = Duration.ofMillis(Limits.MAX_SESSION_TTL_MILLIS);

  private final long timeoutNanos;
  private volatile boolean closed;

  private final Channels channels;

  private KvAdmin(long timeoutNanos, Channels channels) {
    this.timeoutNanos = timeoutNanos;
    this.channels = channels;
  }

  /**
   * Needs no connection before it is used.
   *
   * @param timeout of each call; more than zero
   */
  public static KvAdmin withTimeout(Duration timeout) {
    return withTimeout(timeout, null);
  }

  /**
   * As above, with TLS.
   *
   * @param tls null: plain text
   */
  public static KvAdmin withTimeout(Duration timeout, @Nullable Tls tls) {
    return new KvAdmin(
        KvClientBuilder.positiveNanos(timeout, "timeout"),
        tls == null ? Channels.PLAIN : new Channels(tls));
  }

  /**
   * How the server sees the cluster and itself; it answers without the others.
   *
   * @param endpoint {@code host:port}
   */
  public ServerStatus status(String endpoint) {
    return AdminAnswers.status(
        ask(endpoint, stub -> stub.getStatus(GetStatusRequest.getDefaultInstance())));
  }

  /**
   * Has the server take a snapshot, and waits until it is on its disk. One that fails with an
   * unknown outcome may be taken all the same, and does no harm.
   *
   * @param endpoint {@code host:port}
   * @return the log index of the snapshot
   */
  public long snapshot(String endpoint) {
    return ask(endpoint, stub -> stub.takeSnapshot(TakeSnapshotRequest.getDefaultInstance()))
        .getIndex();
  }

  /**
   * Changes how long a session may go unheard of, on all servers, through the log. One that fails
   * with an unknown outcome may be changed all the same; to ask again does no harm.
   *
   * @param endpoint {@code host:port} of the leader
   * @param ttl from one second to thirty days, in whole milliseconds
   * @return what it is now
   * @throws IllegalArgumentException naming the bounds, where {@code ttl} is outside of them
   */
  public Duration changeSessionTtl(String endpoint, Duration ttl) {
    requireNonNull(ttl, "ttl");
    if (ttl.compareTo(LEAST_TTL) < 0 || ttl.compareTo(GREATEST_TTL) > 0) {
      throw new IllegalArgumentException(
          "ttl is " + ttl + ", at least " + LEAST_TTL + ", at most " + GREATEST_TTL);
    }
    ChangeParametersRequest request =
        ChangeParametersRequest.newBuilder().setSessionTtlMillis(ttl.toMillis()).build();
    return Duration.ofMillis(
        ask(endpoint, stub -> stub.changeParameters(request)).getSessionTtlMillis());
  }

  /**
   * Who the members are.
   *
   * @param endpoint {@code host:port} of the leader
   * @throws UnavailableException if it doesn't lead
   */
  public ClusterMembers members(String endpoint) {
    return AdminAnswers.members(
        ask(endpoint, stub -> stub.listMembers(ListMembersRequest.getDefaultInstance())));
  }

  /**
   * Adds a server that was started to join, and waits until it has caught up and votes. To ask
   * again does no harm.
   *
   * @param endpoint {@code host:port} of the leader
   * @throws RefusedException if the id was used or the server isn't there, with the reason
   * @throws UnavailableException if the server that was asked doesn't lead, or another change is
   *     under way
   */
  public ClusterMembers addMember(String endpoint, ClusterMembers.Member member) {
    AddMemberRequest request =
        AddMemberRequest.newBuilder()
            .setMember(
                ClusterMember.newBuilder()
                    .setServer(member.id())
                    .setEndpoint(member.endpoint())
                    .setRaftEndpoint(member.raftEndpoint()))
            .build();
    return AdminAnswers.members(ask(endpoint, stub -> stub.addMember(request)));
  }

  /**
   * Takes a server out of the cluster, for good: none joins under its id again. To ask again does
   * no harm.
   *
   * @param endpoint {@code host:port} of the leader
   * @throws RefusedException if there is no such member, or the others were no majority without it
   * @throws UnavailableException as {@link #addMember} does
   */
  public ClusterMembers removeMember(String endpoint, String id) {
    RemoveMemberRequest request =
        RemoveMemberRequest.newBuilder().setServer(requireNonNull(id, "id")).build();
    return AdminAnswers.members(ask(endpoint, stub -> stub.removeMember(request)));
  }

  /**
   * Has the leader hand its office on, and waits until the other one leads. To ask again does no
   * harm.
   *
   * @param endpoint {@code host:port} of the leader
   * @param id of the member that is to lead
   * @throws RefusedException if there is no such member
   * @throws UnavailableException if the server that was asked doesn't lead, or the other one didn't
   *     take over
   */
  public void transferLeadership(String endpoint, String id) {
    TransferLeadershipRequest request =
        TransferLeadershipRequest.newBuilder().setServer(requireNonNull(id, "id")).build();
    var unused = ask(endpoint, stub -> stub.transferLeadership(request));
  }

  /**
   * Writes a backup of the cluster to {@code out}: all that was acknowledged before the call. It is
   * to be checked before it is trusted.
   *
   * @param endpoint {@code host:port} of the leader
   * @param out not closed; after a failure it has a part, or nothing
   * @return the number of bytes
   * @throws UnavailableException if it doesn't lead, or is making another backup
   * @throws IOException as {@code out} throws
   */
  public long backup(String endpoint, OutputStream out) throws IOException {
    requireNonNull(out, "out");
    try {
      return ask(endpoint, stub -> receive(stub.backup(BackupRequest.getDefaultInstance()), out));
    } catch (UncheckedIOException e) {
      throw requireNonNull(e.getCause());
    }
  }

  private static long receive(Iterator<BackupPart> parts, OutputStream out) {
    long announced = 0;
    long received = 0;
    try {
      while (parts.hasNext()) {
        BackupPart part = parts.next();
        announced = Math.max(announced, part.getTotalBytes());
        part.getContent().writeTo(out);
        received += part.getContent().size();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (received == 0 || received != announced) {
      throw Status.UNAVAILABLE
          .withDescription("a backup of " + announced + " bytes ended after " + received)
          .asRuntimeException();
    }
    return received;
  }

  /** Refuses further calls. */
  @Override
  public void close() {
    closed = true;
  }

  private <R> R ask(String endpoint, Function<AdminBlockingStub, R> question) {
    Endpoint server = Endpoint.parse(requireNonNull(endpoint, "endpoint"));
    if (closed) {
      throw new ClientClosedException("the client is closed", Outcome.NOT_APPLIED, null);
    }
    NetworkThreads.join();
    try {
      return ask(server, channels.open(server), question);
    } finally {
      NetworkThreads.leave();
    }
  }

  private <R> R ask(
      Endpoint server, ManagedChannel channel, Function<AdminBlockingStub, R> question) {
    try {
      return question.apply(
          AdminGrpc.newBlockingStub(channel).withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS));
    } catch (StatusRuntimeException e) {
      throw failure(server, e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static KvException failure(Endpoint server, StatusRuntimeException e) {
    String text = server + ": " + e.getMessage();
    return switch (e.getStatus().getCode()) {
      case DEADLINE_EXCEEDED -> new DeadlineExceededException(text, Outcome.UNKNOWN, e);
      case UNAVAILABLE -> new UnavailableException(text, Outcome.UNKNOWN, e);
      case ABORTED -> new UnavailableException(text, Outcome.NOT_APPLIED, e);
      case FAILED_PRECONDITION, INVALID_ARGUMENT ->
          new RefusedException(
              server + ": " + e.getStatus().getDescription(), Outcome.NOT_APPLIED, e);
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          new AccessDeniedException(text, Outcome.NOT_APPLIED, e);
      case CANCELLED ->
          Thread.currentThread().isInterrupted()
              ? new KvInterruptedException(text, Outcome.UNKNOWN, e)
              : new UnavailableException(text, Outcome.UNKNOWN, e);
      default -> new ProtocolException(text, Outcome.UNKNOWN, e);
    };
  }
}
