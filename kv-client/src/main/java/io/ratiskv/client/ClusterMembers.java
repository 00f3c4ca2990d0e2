package io.ratiskv.client;

import java.util.List;

/**
 * The servers of a cluster, as its log has them.
 *
 * @param members those that vote now, in the order of their ids
 * @param retired the ids of those that left; nobody joins under them again
 */
public record ClusterMembers(List<Member> members, List<String> retired) {
  /**
   * One of them.
   *
   * @param id its name in the cluster
   * @param endpoint where clients connect, {@code host:port}
   * @param raftEndpoint where the other servers connect, {@code host:port}
   */
  public record Member(String id, String endpoint, String raftEndpoint) {}

  public ClusterMembers {
    members = List.copyOf(members);
    retired = List.copyOf(retired);
  }
}
