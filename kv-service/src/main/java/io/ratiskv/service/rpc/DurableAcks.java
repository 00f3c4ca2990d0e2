package io.ratiskv.service.rpc;

import java.util.function.LongSupplier;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;

/**
 * Lets a follower acknowledge to the leader only what is on its disk. Ratis 3.3.0 acknowledges at
 * once what it is sent again, after a lost connection, while the first append of it still waits to
 * be written ({@code SegmentedRaftLog.appendImpl}: nothing is left to append, so there is nothing
 * to wait for). The leader would count a disk that has nothing. Such a request fails instead, and
 * the leader goes back to it.
 *
 * <p>What is compared are indices. Where entries that were on disk are being replaced by others of
 * a later term, and the disk stalls before the first of them, the old ones still count.
 */
final class DurableAcks {
  private DurableAcks() {}

  /**
   * Whether a reply acknowledges what isn't on disk.
   *
   * @param flushed the index up to which the log is on disk
   */
  static boolean isPremature(AppendEntriesReplyProto reply, LongSupplier flushed) {
    return reply.getResult() == AppendResult.SUCCESS
        && !reply.getIsHearbeat()
        && reply.getMatchIndex() > flushed.getAsLong();
  }
}
