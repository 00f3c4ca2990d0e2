package io.ratiskv.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads that all clients of this process share, to send and receive. They end with the last
 * of these clients.
 *
 * <p>gRPC's own would stay for another second, in a call to the system; and a JVM that ends waits
 * 0.3 seconds for threads in such calls, which is as long as a short command takes otherwise.
 */
final class NetworkThreads {
  private static final boolean EPOLL = Epoll.isAvailable();

  /** No longer than a JVM that ends waits for threads. */
  private static final Duration PATIENCE = Duration.ofMillis(300);

  /** As gRPC's own stay. */
  private static final long QUIET_SECONDS = 1;

  /** Guarded by the class. */
  private static int users;

  /** Of all users, but for those that have ended. Guarded by the class. */
  private static final List<ManagedChannel> channels = new ArrayList<>();

  /** Guarded by the class; there is one while there are users. */
  private static @Nullable EventLoopGroup group;

  private NetworkThreads() {}

  /** One more user, who will {@link #leave} once. */
  static synchronized void join() {
    users++;
    if (group == null) {
      IoHandlerFactory handler = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
      group = new MultiThreadIoEventLoopGroup(0, new DefaultThreadFactory("kv-net", true), handler);
    }
  }

  /** A channel of a user, on these threads; on gRPC's own, where all users have left meanwhile. */
  static synchronized ManagedChannel open(NettyChannelBuilder builder) {
    if (group == null) {
      return builder.build();
    }
    ManagedChannel channel =
        builder
            .eventLoopGroup(group)
            .channelType(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
            .build();
    channels.removeIf(ManagedChannel::isTerminated);
    channels.add(channel);
    return channel;
  }

  /** How many there are who joined and haven't left; for tests. */
  static synchronized int users() {
    return users;
  }

  /** The last one's call closes what is still open, and waits for it, a moment at most. */
  static void leave() {
    EventLoopGroup last;
    List<ManagedChannel> open;
    synchronized (NetworkThreads.class) {
      users--;
      last = group;
      if (users > 0 || last == null) {
        return;
      }
      group = null;
      open = List.copyOf(channels);
      channels.clear();
    }
    open.forEach(ManagedChannel::shutdownNow);
    // A channel that goes on needs its threads: gRPC complains in the log where it has none.
    long quietSeconds = areTerminated(open) ? 0 : QUIET_SECONDS;
    var unused = last.shutdownGracefully(quietSeconds, 2 * quietSeconds, TimeUnit.SECONDS);
  }

  private static boolean areTerminated(List<ManagedChannel> open) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (ManagedChannel channel : open) {
        if (!channel.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return false;
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
