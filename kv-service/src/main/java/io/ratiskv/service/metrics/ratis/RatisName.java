package io.ratiskv.service.metrics.ratis;

import io.ratiskv.service.metrics.MetricsText;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of one of Ratis's metrics, taken apart: {@code n2_peerCommitIndex} is {@code
 * peer_commit_index} of the peer n2.
 *
 * @param stem in small letters, without the words that our suffixes say
 * @param labels as they stand behind a name
 */
record RatisName(String stem, String labels) {
  private static final Pattern OF_FOLLOWER =
      Pattern.compile("follower_(.+)_(next_index|match_index|rpc_response_time)");
  private static final Pattern OF_PEER =
      Pattern.compile(
          "(.+)_(lastHeartbeatElapsedTime|peerCommitIndex"
              + "|(?:latency|success_reply_count|not_leader_reply_count"
              + "|inconsistency_reply_count|append_entry_timeout_count"
              + "|pending_log_requests_count)(?:_heartbeat)?)");

  /** Of Ratis's own gRPC, whose followers are written {@code n1@group-…->n2}. */
  private static final String ARROW = "->";

  static RatisName of(String name) {
    Matcher follower = OF_FOLLOWER.matcher(name);
    if (follower.matches()) {
      return ofPeer(follower.group(1), "follower_" + follower.group(2));
    }
    Matcher peer = OF_PEER.matcher(name);
    if (peer.matches() && !peer.group(1).equals("follower_append_entry")) {
      return ofPeer(peer.group(1), peer.group(2));
    }
    return new RatisName(stem(name), "");
  }

  private static RatisName ofPeer(String peer, String name) {
    int arrow = peer.lastIndexOf(ARROW);
    String id = arrow < 0 ? peer : peer.substring(arrow + ARROW.length());
    return new RatisName(stem(name), MetricsText.labels("peer", id));
  }

  private static String stem(String name) {
    String snake =
        name.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replaceAll("[^A-Za-z0-9_]", "_")
            .toLowerCase(Locale.ROOT);
    return snake
        .replaceAll("^num_", "")
        .replaceAll("_total$", "")
        .replaceAll("_count(_heartbeat)?$", "$1")
        .replaceAll("(?<!elapsed|response)_(?:time|latency)(_heartbeat)?$", "$1");
  }
}
