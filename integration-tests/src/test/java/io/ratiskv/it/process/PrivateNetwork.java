package io.ratiskv.it.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of this JVM's own: a bridge that it reaches, and for each server a namespace with one
 * address on it. What comes from and goes to the other servers can be lost, in either direction;
 * clients are not cut off. It needs root, {@code ip} and {@code nft}.
 */
public final class PrivateNetwork implements AutoCloseable {
  /** A range that is set aside for measurements, so that it is nobody's. */
  private static final String RANGE = "198.18.";

  private static final String DROP = "counter drop";
  private static final String RESET = "meta l4proto tcp counter reject with tcp reset";
  private static final Pattern COUNTER = Pattern.compile("counter packets (\\d+)");
  private static final int FIRST_HOST = 2;

  /** The longest that a device may have is 15 characters. */
  private static final String DEVICE = "rkv" + ProcessHandle.current().pid();

  private final List<String> ids;
  private final String subnet = RANGE + ProcessHandle.current().pid() % 256 + ".";
  private final Thread lastHelp = new Thread(this::remove, "network-end");

  /** Makes it. */
  public PrivateNetwork(List<String> ids) throws IOException {
    this.ids = List.copyOf(ids);
    dropOrphans();
    Runtime.getRuntime().addShutdownHook(lastHelp);
    try {
      Shell.run("ip", "link", "add", DEVICE, "type", "bridge");
      Shell.run("ip", "addr", "add", subnet + "1/24", "dev", DEVICE);
      Shell.run("ip", "link", "set", DEVICE, "up");
      for (String id : ids) {
        addNamespace(id);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void addNamespace(String id) throws IOException {
    String space = namespace(id);
    String end = DEVICE + "." + ids.indexOf(id);
    Shell.run("ip", "netns", "add", space);
    Shell.run("ip", "link", "add", end, "type", "veth", "peer", "name", "eth0", "netns", space);
    Shell.run("ip", "link", "set", end, "master", DEVICE, "up");
    Shell.run("ip", "-n", space, "addr", "add", host(id) + "/24", "dev", "eth0");
    Shell.run("ip", "-n", space, "link", "set", "eth0", "up");
    Shell.run("ip", "-n", space, "link", "set", "lo", "up");
  }

  private static void dropOrphans() throws IOException {
    for (String line : Shell.run("ip", "netns", "list").lines().toList()) {
      String space = line.split(" ", -1)[0];
      if (Leftovers.isOrphan(space)) {
        Shell.succeeds("ip", "netns", "del", space);
        Shell.succeeds("ip", "link", "del", "rkv" + space.split("-", -1)[1]);
      }
    }
  }

  private static String namespace(String id) {
    return Leftovers.name(id);
  }

  private String host(String id) {
    return subnet + (FIRST_HOST + ids.indexOf(id));
  }

  /** Where the server runs then. */
  public Placement place(Placement placement, String id) {
    return placement.at(host(id), List.of("ip", "netns", "exec", namespace(id)));
  }

  /** Nothing of what the others send arrives. */
  public void dropIncoming(String id) throws IOException {
    rules(id, DROP, "");
  }

  /** Nothing arrives at the others. */
  public void dropOutgoing(String id) throws IOException {
    rules(id, "", DROP);
  }

  /** Neither. */
  public void isolate(String id) throws IOException {
    rules(id, DROP, DROP);
  }

  /** So many of a hundred packets get lost, each way. */
  public void lose(String id, int percent) throws IOException {
    String loss = "numgen random mod 100 < " + percent + " " + DROP;
    rules(id, loss, loss);
  }

  /** Connections to the others are broken, and so is each new one. */
  public void reset(String id) throws IOException {
    rules(id, RESET, RESET);
  }

  private void rules(String id, String incoming, String outgoing) throws IOException {
    // Not the bridge itself, where the clients are.
    String servers = subnet + FIRST_HOST + "-" + subnet + "254";
    List<String> rules = new ArrayList<>(List.of("flush ruleset", "table ip cut {"));
    if (!incoming.isEmpty()) {
      rules.add("chain in { type filter hook input priority 0;");
      rules.add("ip saddr " + servers + " " + incoming);
      rules.add("}");
    }
    if (!outgoing.isEmpty()) {
      rules.add("chain out { type filter hook output priority 0;");
      rules.add("ip daddr " + servers + " " + outgoing);
      rules.add("}");
    }
    rules.add("}");
    apply(id, String.join("\n", rules) + "\n");
  }

  /** How many packets the present rules have met. */
  public long dropped(String id) throws IOException {
    String rules = Shell.run("ip", "netns", "exec", namespace(id), "nft", "list", "ruleset");
    Matcher counters = COUNTER.matcher(rules);
    long packets = 0;
    while (counters.find()) {
      packets += Long.parseLong(counters.group(1));
    }
    return packets;
  }

  /** All of it arrives. */
  public void heal(String id) throws IOException {
    apply(id, "flush ruleset\n");
  }

  private static void apply(String id, String rules) throws IOException {
    Shell.feed(rules, "ip", "netns", "exec", namespace(id), "nft", "-f", "-");
  }

  private void remove() {
    ids.forEach(id -> Shell.succeeds("ip", "netns", "del", namespace(id)));
    Shell.succeeds("ip", "link", "del", DEVICE);
  }

  /** Removes it, whatever still runs in it. */
  @Override
  public void close() {
    remove();
    Hooks.remove(lastHelp);
  }
}
