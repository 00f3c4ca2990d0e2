package io.ratiskv.service.rpc;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for the other servers; each of their connections has a thread. */
final class Listener implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);

  /**
   * More than all the servers of a cluster have, also while some of them end slowly. One more is
   * closed at once.
   */
  private static final int MAX_CONNECTIONS = 256;

  /** For the handshake of TLS and the greeting together. */
  private static final Duration GREETING = Duration.ofSeconds(5);

  /** For each step of these. */
  private static final int HANDSHAKE_MILLIS = 5_000;

  /** After a connection that could not be taken: the next may fail for the same reason. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final RaftServer server;
  private final RaftPort port;
  private final Succession succession;
  private final Duration greeting;
  private final ServerSocket socket;
  private final Map<Socket, Guest> connections = new ConcurrentHashMap<>();
  private final Turns turns = new Turns();
  private volatile boolean closed;

  /** Of the accepting thread. */
  private long accepts;

  /** Who has connected, and may not have said yet who he is. */
  private static final class Guest {
    final long number;
    final long sinceNanos = System.nanoTime();
    volatile boolean greeted;

    Guest(long number) {
      this.number = number;
    }

    boolean isLate(Duration greeting) {
      return !greeted && System.nanoTime() - sinceNanos > greeting.toNanos();
    }
  }

  Listener(RaftServer server, RaftPort port, Succession succession) throws IOException {
    this(server, port, succession, GREETING);
  }

  /** As above, with the time that there is for a handshake and a greeting. */
  Listener(RaftServer server, RaftPort port, Succession succession, Duration greeting)
      throws IOException {
    this.server = server;
    this.succession = succession;
    this.greeting = greeting;
    this.port = port;
    this.socket = new ServerSocket();
  }

  /** Begins. */
  void start() throws IOException {
    try {
      socket.setReuseAddress(true);
      socket.bind(port.address());
    } catch (IOException e) {
      throw new IOException("can't listen on " + port.address() + ": " + e.getMessage(), e);
    }
    daemon("accept", this::accept).start();
  }

  private Thread daemon(String what, Runnable task) {
    Thread thread = new Thread(task, server.getId() + "-raft-" + what);
    thread.setDaemon(true);
    return thread;
  }

  InetSocketAddress address() {
    return socket.isBound() ? (InetSocketAddress) socket.getLocalSocketAddress() : port.address();
  }

  private void accept() {
    while (!closed) {
      try {
        take(socket.accept());
      } catch (IOException e) {
        if (!closed) {
          LOG.warn("{}: a connection of another server could not be taken", server.getId(), e);
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  private void take(Socket accepted) throws IOException {
    endLate();
    if (connections.size() >= MAX_CONNECTIONS) {
      LOG.warn("{}: {} connections at Raft's port, the limit", server.getId(), MAX_CONNECTIONS);
      accepted.close();
      return;
    }
    Guest guest = new Guest(++accepts);
    connections.put(accepted, guest);
    if (closed) {
      accepted.close();
    }
    try {
      daemon("from-" + accepted.getRemoteSocketAddress(), () -> serve(accepted, guest)).start();
    } catch (OutOfMemoryError e) {
      connections.remove(accepted);
      accepted.close();
      throw new IOException("there is no thread for it", e);
    }
  }

  /** So that nobody holds a place by saying next to nothing, however slowly. */
  private void endLate() throws IOException {
    for (Map.Entry<Socket, Guest> each : connections.entrySet()) {
      if (each.getValue().isLate(greeting)) {
        each.getKey().close();
      }
    }
  }

  private void serve(Socket accepted, Guest guest) {
    try (accepted) {
      accepted.setTcpNoDelay(true);
      accepted.setSoTimeout(HANDSHAKE_MILLIS);
      SSLContext tls = port.tls();
      Socket ready = tls == null ? accepted : secure(tls, accepted);
      Wire wire = new Wire(accepted, ready);
      new Inbound(server, port.hears(), turns, succession, guest.number, wire)
          .serve(() -> guest.greeted = true);
    } catch (IOException e) {
      LOG.debug("{}: {} did not come in", server.getId(), accepted.getRemoteSocketAddress(), e);
    } finally {
      connections.remove(accepted);
    }
  }

  private static Socket secure(SSLContext tls, Socket accepted) throws IOException {
    SSLSocket secure =
        (SSLSocket) tls.getSocketFactory().createSocket(accepted, null, accepted.getPort(), true);
    secure.setUseClientMode(false);
    secure.setNeedClientAuth(true);
    secure.startHandshake();
    // It isn't taken up again: that would pass over the certificate, whatever has become of its
    // authority.
    secure.getSession().invalidate();
    return secure;
  }

  /** Ends all connections; their threads end by that. */
  @Override
  public void close() throws IOException {
    closed = true;
    socket.close();
    for (Socket each : connections.keySet()) {
      each.close();
    }
  }
}
