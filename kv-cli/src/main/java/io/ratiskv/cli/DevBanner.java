package io.ratiskv.cli;

import io.ratiskv.service.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What {@code kv dev} says when it is ready.
 *
 * @param kv what to type to call this program
 */
record DevBanner(String kv, DevLayout layout, boolean processes) {
  /**
   * @param remark what there is to know of a server
   */
  List<String> lines(String leader, Duration took, Function<Member, String> remark) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(Locale.ROOT, "Three servers, ready after %.1f s:", took.toMillis() / 1e3));
    lines.add("");
    for (Member member : layout.members()) {
      String role = member.id().equals(leader) ? "  leads  " : "         ";
      String line = "  " + member.id() + "  " + member.client() + role + remark.apply(member);
      lines.add(line.stripTrailing());
    }
    lines.add("");
    lines.add("Data: " + layout.data() + " (it stays; remove the folder to begin anew)");
    lines.add("");
    lines.add("Now, in another terminal:");
    lines.add("");
    if (!String.join(",", layout.endpoints()).equals(Endpoints.DEFAULT)) {
      lines.add("  export " + Endpoints.VARIABLE + "=" + String.join(",", layout.endpoints()));
    }
    lines.add("  " + kv + " put greeting hello");
    lines.add("  " + kv + " get greeting");
    lines.add("  " + kv + " status");
    if (processes) {
      lines.add("  kill -9 PID                  (of the leader: nothing is lost)");
    }
    lines.add("");
    lines.add("Or look at http://" + layout.http(layout.members().get(0)) + "/ in a browser.");
    lines.add("");
    lines.add("Ctrl-C stops the servers.");
    return lines;
  }
}
