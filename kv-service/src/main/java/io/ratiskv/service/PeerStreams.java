package io.ratiskv.service;

import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.ratiskv.service.security.Credentials;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to each other voter's service, for a leader's questions. Made when first asked, and
 * kept. Any thread may call.
 */
final class PeerStreams implements ReadIndex.Voters, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerStreams.class);

  private final RaftServer.Division division;
  private final Function<RaftPeer, String> endpoints;
  private final @Nullable SslContext tls;
  private final Predicate<String> hears;

  /** By server. Guarded by this, as the field below. */
  private final Map<String, PeerStream> streams = new HashMap<>();

  private boolean closed;

  /**
   * None yet.
   *
   * @param endpoints where a server's service is
   * @param credentials what this server shows and whom it takes; null: in plain text
   * @param hears whether this server hears another's answers
   */
  PeerStreams(
      RaftServer.Division division,
      Function<RaftPeer, String> endpoints,
      @Nullable Credentials credentials,
      Predicate<String> hears) {
    this.division = division;
    this.endpoints = endpoints;
    this.tls = credentials == null ? null : TlsContexts.forAsking(credentials);
    this.hears = hears;
  }

  @Override
  public void ask(Collection<RaftPeer> peers, Answers answers) {
    List<PeerStream> asked = streams(peers);
    for (PeerStream stream : asked) {
      stream.ask(answers);
    }
    for (int i = asked.size(); i < peers.size(); i++) {
      answers.lost();
    }
  }

  /** Of those that can be asked. */
  private synchronized List<PeerStream> streams(Collection<RaftPeer> peers) {
    List<PeerStream> asked =
        peers.stream().map(this::streamIfAny).filter(Objects::nonNull).toList();
    streams.values().removeIf(stream -> !asked.contains(stream) && stream.close());
    return asked;
  }

  /** Null where its endpoint isn't known, or isn't one. */
  private @Nullable PeerStream streamIfAny(RaftPeer peer) {
    try {
      return stream(peer);
    } catch (RuntimeException e) {
      LOG.debug("{} can't be asked for its term", peer, e);
      return null;
    }
  }

  private PeerStream stream(RaftPeer peer) {
    String server = peer.getId().toString();
    String endpoint = Objects.requireNonNull(endpoints.apply(peer), "no endpoint");
    PeerStream present = streams.get(server);
    if (present != null && present.endpoint().equals(endpoint)) {
      return present;
    }
    if (present != null) {
      present.close();
    }
    PeerStream opened =
        new PeerStream(
            division, server, endpoint, PeerStream.channel(endpoint, tls), hears, System::nanoTime);
    if (closed) {
      opened.close();
    }
    streams.put(server, opened);
    return opened;
  }

  @Override
  public synchronized void close() {
    closed = true;
    streams.values().forEach(PeerStream::close);
    streams.clear();
  }
}
