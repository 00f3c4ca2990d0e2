package io.ratiskv.service;

import io.ratiskv.service.storage.RaftMetaGuard;
import io.ratiskv.statemachine.Fatal;
import java.io.IOException;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what Ratis leaves empty on a full disk put back ({@link RaftMetaGuard}): a few times a
 * second, after each change of the members, and at the end, be it meant or not.
 *
 * <p>Any thread may call.
 */
final class RaftMetaWatch implements Fatal {
  private static final Logger LOG = LoggerFactory.getLogger(RaftMetaWatch.class);

  /** For what is put back before an end; a disk may hang. */
  private static final long LAST_LOOK_MILLIS = 1000;

  private final RaftMetaGuard guard;
  private final Hearing hearing;
  private final Fatal fatal;

  /** Null until the server is there. */
  private volatile RaftServer.@Nullable Division division;

  private volatile boolean failing;

  /**
   * Watches nothing yet.
   *
   * @param fatal told in its turn when the server must not go on
   */
  RaftMetaWatch(RaftMetaGuard guard, Hearing hearing, Fatal fatal) {
    this.guard = guard;
    this.hearing = hearing;
    this.fatal = fatal;
  }

  /**
   * Sets room aside for what may have to be put back.
   *
   * @throws IOException if the disk has none; who is told of ends has been told then
   */
  void setRoomAside() throws IOException {
    try {
      guard.setRoomAside();
    } catch (IOException e) {
      IOException failure =
          new IOException("no room can be set aside in the data folder: " + e.getMessage(), e);
      fatal.halt(Reason.LOG_FAILED, String.valueOf(failure.getMessage()), failure);
      throw failure;
    }
  }

  /** Begins, with a server that hasn't been started. */
  void begin(RaftServer raft, RaftGroupId group) throws IOException {
    division = raft.getDivision(group);
  }

  /** Ratis has just written the members, or tried to; for the thread that did. */
  void membersWritten(LogEntryProto entry) {
    try {
      guard.written(entry);
    } catch (IOException e) {
      failed(e);
    }
  }

  /**
   * Puts back what is damaged. In Ratis's own lock of the server, under which it writes terms and
   * votes, but for those of a candidate, which votes for itself.
   */
  void look() {
    RaftServer.Division watched = division;
    if (watched == null) {
      return;
    }
    try {
      if (guard.isBehind(watched.getInfo().getCurrentTerm())) {
        synchronized (watched) {
          putBack(watched);
        }
      }
      guard.setRoomAside();
      failing = false;
    } catch (IOException e) {
      failed(e);
    }
  }

  /**
   * Puts back what is damaged before the end, if that is quick: the end comes in any case. Not in
   * Ratis's lock, whose holder may wait for a log that isn't written any more. But nobody is
   * answered any more: to whom else the vote is promised from now on, he doesn't hear of it.
   */
  @Override
  public void halt(Reason reason, String message, Throwable cause) {
    try {
      hearing.end();
      Thread last = new Thread(this::lastLook, "kv-last-look");
      last.setDaemon(true);
      last.start();
      last.join(LAST_LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      fatal.halt(reason, message, cause);
    }
  }

  /** As {@link #look}, once the server answers nobody any more. */
  void lastLook() {
    RaftServer.Division watched = division;
    try {
      if (watched != null) {
        putBack(watched);
      }
    } catch (IOException e) {
      failed(e);
    }
  }

  private void putBack(RaftServer.Division watched) throws IOException {
    DivisionInfo info = watched.getInfo();
    if (guard.putBack(info::getCurrentTerm)) {
      LOG.warn(
          "{}: Ratis could not write its term and vote, or the members; they were put back, in term"
              + " {}",
          watched.getId(),
          info.getCurrentTerm());
    }
  }

  /** Says so once: it is tried again soon. */
  private void failed(IOException cause) {
    if (!failing) {
      failing = true;
      LOG.warn("the term and vote, or the members, can't be looked after", cause);
    }
  }
}
