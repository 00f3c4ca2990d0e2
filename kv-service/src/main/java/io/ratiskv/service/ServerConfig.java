package io.ratiskv.service;

import io.ratiskv.service.security.SecurityConfig;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one server has to know to start.
 *
 * @param cluster the cluster's name; servers and folders of another one are refused
 * @param id which of the members this is
 * @param members all servers of the cluster, this one too
 * @param joins whether it is to be added to a cluster that is there; counts with an empty folder
 *     alone
 * @param data the folder for everything that is kept
 * @param snapshots when a snapshot is taken
 * @param limits of the service
 * @param http where metrics, health and status are shown; null: nowhere
 * @param security certificates, rules of access
 */
public record ServerConfig(
    String cluster,
    String id,
    List<Member> members,
    boolean joins,
    Path data,
    SnapshotPolicy snapshots,
    ServiceLimits limits,
    Member.@Nullable Endpoint http,
    SecurityConfig security) {
  private static final long MIN_SEGMENT_BYTES = 64L << 10;
  private static final long MAX_SEGMENT_BYTES = 32L << 20;

  public ServerConfig {
    members = List.copyOf(members);
    Set<String> ids = new HashSet<>();
    Set<Member.Endpoint> endpoints = new HashSet<>();
    for (Member member : members) {
      if (!ids.add(member.id())) {
        throw new IllegalArgumentException("two servers have the id " + member.id());
      }
      for (Member.Endpoint endpoint : List.of(member.client(), member.raft())) {
        if (!endpoints.add(endpoint)) {
          throw new IllegalArgumentException("the endpoint " + endpoint + " stands there twice");
        }
      }
    }
    if (!ids.contains(id)) {
      throw new IllegalArgumentException("the server id " + id + " is not one of " + ids);
    }
  }

  /** Of a server that shows nothing by HTTP, in plain text. */
  public ServerConfig(
      String cluster,
      String id,
      List<Member> members,
      boolean joins,
      Path data,
      SnapshotPolicy snapshots,
      ServiceLimits limits) {
    this(cluster, id, members, joins, data, snapshots, limits, null, SecurityConfig.NONE);
  }

  /** Of a server that founds its cluster with the others, in plain text. */
  public ServerConfig(
      String cluster,
      String id,
      List<Member> members,
      Path data,
      SnapshotPolicy snapshots,
      ServiceLimits limits) {
    this(cluster, id, members, false, data, snapshots, limits, null, SecurityConfig.NONE);
  }

  /** The same, which shows metrics, health and status there. */
  public ServerConfig withHttp(Member.Endpoint endpoint) {
    return new ServerConfig(
        cluster, id, members, joins, data, snapshots, limits, endpoint, security);
  }

  /** The same with another protection. */
  public ServerConfig with(SecurityConfig protection) {
    return new ServerConfig(cluster, id, members, joins, data, snapshots, limits, http, protection);
  }

  /** This one. */
  public Member self() {
    return members.stream().filter(member -> member.id().equals(id)).findAny().orElseThrow();
  }

  /** The log is purged by segments: so one is a part of what lies between two snapshots. */
  long segmentBytes() {
    long between = snapshots.logBytes();
    return between == SnapshotPolicy.NEVER
        ? MAX_SEGMENT_BYTES
        : Math.max(MIN_SEGMENT_BYTES, Math.min(MAX_SEGMENT_BYTES, between / 4));
  }
}
