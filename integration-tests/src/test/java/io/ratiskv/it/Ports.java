package io.ratiskv.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of loopback for servers that are stopped and come back: below those that the system gives
 * to whoever asks for any (32768 and up on Linux), so that nobody takes one meanwhile, and another
 * range in each process, so that two runs on a machine don't meet. MiniRaftCluster has 15,000 and
 * up.
 */
public final class Ports {
  private static final int FIRST = 17_000;
  private static final int EACH = 400;
  private static final int RANGES = 37;

  private static final int MINE = FIRST + (int) (ProcessHandle.current().pid() % RANGES) * EACH;

  private static final AtomicInteger NEXT = new AtomicInteger();

  private Ports() {}

  /** One that nobody listens on, and that wasn't given before, as long as there are such. */
  public static int free() {
    for (int i = 0; i < EACH; i++) {
      int port = MINE + NEXT.getAndIncrement() % EACH;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port from " + MINE + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
