package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Hello;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.Welcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection that the client has, or the wait for the next. Guarded by the engine's lock.
 */
final class Link {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);
  private static final int PROTOCOL_VERSION = 1;

  private final Transport transport;
  private final Outbox outbox;
  private final Connection.Owner owner;
  private final LeaderFinder finder;

  /** Tells that what was under way on the connection is not any more. */
  private final Runnable disconnected;

  /**
   * Empty: any. Then it becomes that of the first server, since a session of one cluster must never
   * be taken to another.
   */
  private String cluster;

  private @Nullable Connection connection;
  private boolean expecting;
  private boolean waiting;
  private long connectAtNanos;

  /** The last failure, for a person. */
  private String trouble = "no server has answered yet";

  private @Nullable Throwable cause;

  Link(
      ClientSettings settings,
      Transport transport,
      Outbox outbox,
      Connection.Owner owner,
      Runnable disconnected) {
    this.transport = transport;
    this.outbox = outbox;
    this.owner = owner;
    this.disconnected = disconnected;
    this.cluster = settings.cluster();
    this.finder = new LeaderFinder(settings.endpoints(), settings.tuning());
  }

  @Nullable Connection connection() {
    return connection;
  }

  String trouble() {
    return trouble;
  }

  @Nullable Throwable cause() {
    return cause;
  }

  /** When to connect, if that is earlier than the given moment. */
  long connectAtOr(long moment) {
    return waiting && connectAtNanos - moment < 0 ? connectAtNanos : moment;
  }

  void connectIfDue(long now) {
    if (waiting && connectAtNanos - now > 0) {
      return;
    }
    waiting = false;
    Connection next = new Connection(finder.next(), transport, owner, outbox, now);
    connection = next;
    expecting = false;
    next.open(
        ClientMessage.newBuilder()
            .setHello(Hello.newBuilder().setProtocolVersion(PROTOCOL_VERSION).setCluster(cluster))
            .build());
  }

  /** Returns what all calls that wait fail with, if the client has no business here. */
  @Nullable Failure welcomed(Connection by, Welcome welcome, long now) {
    finder.reached();
    if (welcome.getProtocolVersion() != PROTOCOL_VERSION) {
      String text = by.endpoint() + " speaks version " + welcome.getProtocolVersion();
      lost(text, null, now);
      return (call, outcome) -> new ProtocolException(text, outcome, null);
    }
    if (!cluster.isEmpty() && !cluster.equals(welcome.getCluster())) {
      String text =
          by.endpoint() + " is of cluster " + welcome.getCluster() + ", not of " + cluster;
      lost(text, null, now);
      return (call, outcome) -> new WrongClusterException(text, outcome, null);
    }
    cluster = welcome.getCluster();
    if (welcome.hasLeader() && welcome.getLeader().getServer().equals(welcome.getServer())) {
      by.setReady(welcome.getEpoch());
    } else {
      redirected(welcome.hasLeader() ? welcome.getLeader() : null, now);
    }
    return null;
  }

  /** The server doesn't lead. */
  void redirected(@Nullable Leader leader, long now) {
    Endpoint endpoint = leader == null ? null : endpoint(leader);
    String from = connection == null ? "a server" : connection.endpoint().toString();
    String text =
        from + (endpoint == null ? " knows no leader" : " says that " + endpoint + " leads");
    leave(text, null, now + (endpoint == null ? finder.failed() : finder.redirected(endpoint)));
  }

  private static @Nullable Endpoint endpoint(Leader leader) {
    try {
      return leader.getEndpoint().isEmpty() ? null : Endpoint.parse(leader.getEndpoint());
    } catch (IllegalArgumentException e) {
      LOG.debug("A server names a leader that can't be reached", e);
      return null;
    }
  }

  /** The connection is of no use any more. */
  void lost(String why, @Nullable Throwable reason, long now) {
    leave(why, reason, now + finder.failed());
  }

  private void leave(String why, @Nullable Throwable reason, long nextAt) {
    LOG.debug("Leaving a connection: {}", why);
    trouble = why;
    cause = reason;
    close();
    waiting = true;
    connectAtNanos = nextAt;
    disconnected.run();
  }

  void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** A request was answered. */
  void progress() {
    finder.found();
    trouble = "the server answers others";
    cause = null;
  }

  /** Whether answers are due: silence is measured from the moment on when they are. */
  void expect(boolean answers, long now) {
    if (connection != null && answers && !expecting) {
      connection.expect(now);
    }
    expecting = answers;
  }

  /**
   * Leaves a server that says nothing, or that leaves one request unanswered.
   *
   * @param oldestSentNanos when the oldest request was sent whose answer is due
   */
  void check(Tuning tuning, long oldestSentNanos, long now) {
    if (connection == null || (!expecting && connection.isReady())) {
      return;
    }
    long silent = connection.silentNanos(now);
    if (silent > tuning.silenceNanos()
        || (silent > 0 && now - oldestSentNanos > tuning.stallNanos())) {
      lost(connection.endpoint() + " doesn't answer", null, now);
    }
  }
}
