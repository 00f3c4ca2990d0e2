package io.ratiskv.service.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who may use which keys. A file has a rule in each line: who, what, and with which bytes the keys
 * begin.
 *
 * <pre>
 * # who            may          keys that begin with
 * client/billing   read,write   billing/
 * client/*         read         public/
 * read-only/*      read         *
 * </pre>
 *
 * <p>What no rule allows is denied. A {@code *} alone in the third column means all keys; {@code
 * %20} in it is the byte 0x20. The last line has an end, too, so that half a file is none. No rule
 * makes a reader a writer.
 */
public final class AccessRules {
  /** Clients use all keys, readers read all. */
  public static final AccessRules OPEN =
      new AccessRules(
          List.of(
              new Rule(Role.CLIENT, "*", EnumSet.allOf(Action.class), ByteString.EMPTY),
              new Rule(Role.READ_ONLY, "*", EnumSet.of(Action.READ), ByteString.EMPTY)));

  private static final int MAX_RULES = 10_000;

  private final List<Rule> rules;

  private record Rule(Role role, String name, Set<Action> actions, ByteString prefix) {
    boolean concerns(Principal principal, Action action) {
      return role == principal.role()
          && actions.contains(action)
          && (name.equals("*") || name.equals(principal.name()));
    }
  }

  private AccessRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Reads a file.
   *
   * @throws IOException naming the file and the line that is wrong
   */
  static AccessRules read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, UTF_8);
    } catch (IOException e) {
      throw new IOException("can't read the rules of access in " + file + ": " + e, e);
    }
    try {
      if (!text.isEmpty() && !text.endsWith("\n")) {
        // Half of a prefix would let more in than the whole.
        throw new IllegalArgumentException("the last line has no end: it may be half of one");
      }
      return parse(text.lines().toList());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ", " + e.getMessage(), e);
    }
  }

  /**
   * Reads lines.
   *
   * @throws IllegalArgumentException naming the line that is wrong
   */
  static AccessRules parse(List<String> lines) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (rules.size() == MAX_RULES) {
        throw new IllegalArgumentException("more than " + MAX_RULES + " rules");
      }
      try {
        rules.add(rule(line.split("\\s+", -1)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return new AccessRules(rules);
  }

  private static Rule rule(String... words) {
    if (words.length != 3) {
      throw new IllegalArgumentException(
          "a rule is ROLE/NAME, what is allowed, and what the keys begin with, * for all keys;"
              + " blanks are %20, a * at the beginning %2A");
    }
    int slash = words[0].indexOf('/');
    Role role =
        Role.parse(words[0].substring(0, Math.max(slash, 0)))
            .filter(found -> found == Role.CLIENT || found == Role.READ_ONLY)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "'" + words[0] + "' is neither client/NAME nor read-only/NAME"));
    String name = words[0].substring(slash + 1);
    if (!name.equals("*") && !Principal.isName(name)) {
      throw new IllegalArgumentException("'" + name + "' is neither a name nor *");
    }
    Set<Action> actions = actions(words[1]);
    if (role == Role.READ_ONLY && actions.contains(Action.WRITE)) {
      throw new IllegalArgumentException("the role read-only never writes");
    }
    return new Rule(
        role, name, actions, words[2].equals("*") ? ByteString.EMPTY : prefix(words[2]));
  }

  private static Set<Action> actions(String text) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (String word : text.split(",", -1)) {
      actions.add(
          Arrays.stream(Action.values())
              .filter(action -> action.name().toLowerCase(Locale.ROOT).equals(word))
              .findAny()
              .orElseThrow(
                  () -> new IllegalArgumentException("'" + word + "' is neither read nor write")));
    }
    return actions;
  }

  private static ByteString prefix(String text) {
    ByteString.Output bytes = ByteString.newOutput();
    byte[] encoded = text.getBytes(UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        bytes.write(encoded[i]);
        continue;
      }
      int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
      int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IllegalArgumentException("after % two hexadecimal digits are needed");
      }
      bytes.write(high << 4 | low);
      i += 2;
    }
    return bytes.toByteString();
  }

  /** Whether there is any key with which he may do that. */
  public boolean allowsAny(Principal principal, Action action) {
    return principal.role().isUnlimited()
        || rules.stream().anyMatch(rule -> rule.concerns(principal, action));
  }

  /** Whether he may do that with every key, so that the keys needn't be looked at. */
  public boolean allowsAll(Principal principal, Action action) {
    return principal.role().isUnlimited()
        || rules.stream()
            .anyMatch(rule -> rule.concerns(principal, action) && rule.prefix().isEmpty());
  }

  /** Whether he may do that with this key. */
  public boolean allows(Principal principal, Action action, ByteString key) {
    if (principal.role().isUnlimited()) {
      return true;
    }
    for (Rule rule : rules) {
      if (rule.concerns(principal, action) && key.startsWith(rule.prefix())) {
        return true;
      }
    }
    return false;
  }
}
