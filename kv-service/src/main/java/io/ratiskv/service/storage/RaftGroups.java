package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Which Raft group a cluster is. The same name gives the same one on every server; each life of the
 * cluster is another, so that servers of an earlier one which come back have no part in it.
 */
public final class RaftGroups {
  private RaftGroups() {}

  /**
   * The group's id.
   *
   * @param epoch 0 for the first life
   */
  public static RaftGroupId id(String cluster, long epoch) {
    String name = "ratis-kv " + cluster;
    // No cluster's name holds a blank.
    String inEpoch = epoch == 0 ? name : name + " " + Long.toUnsignedString(epoch);
    return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(inEpoch.getBytes(UTF_8)));
  }
}
