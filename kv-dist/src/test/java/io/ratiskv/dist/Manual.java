package io.ratiskv.dist;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a page of Markdown, and the programs in it.
 *
 * <p>Commands stand in blocks marked {@code console}, behind {@code $}, and their further lines
 * behind {@code >}; what follows one is what it prints. A line of three dots stands for any lines,
 * and at the end of a line for the rest of it. A program is a block marked {@code java} with a
 * public class.
 */
record Manual(List<Command> commands, List<Program> programs) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\n(.*?)^```$");
  private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");
  private static final String PROMPT = "$ ";
  private static final String CONTINUED = "> ";

  /**
   * @param line for the shell; perhaps several
   * @param printed what it prints; empty: anything
   */
  record Command(String line, List<String> printed) {
    /** Matches the whole of what is printed. */
    Pattern pattern() {
      StringBuilder pattern = new StringBuilder();
      for (String expected : printed) {
        if (expected.equals("...")) {
          pattern.append("(?:.*\n)*?");
        } else if (expected.endsWith("...")) {
          String start = expected.substring(0, expected.length() - "...".length());
          pattern.append(Pattern.quote(start)).append(".*\n(?:.*\n)*?");
        } else {
          pattern.append(Pattern.quote(expected)).append('\n');
        }
      }
      return Pattern.compile(pattern.toString());
    }
  }

  /**
   * @param name of its file
   */
  record Program(String name, String source) {}

  static Manual read(String page) {
    List<Command> commands = new ArrayList<>();
    List<Program> programs = new ArrayList<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      if (block.group(1).equals("console")) {
        addCommands(block.group(2), commands);
      } else if (block.group(1).equals("java")) {
        Matcher type = CLASS.matcher(block.group(2));
        if (type.find()) {
          programs.add(new Program(type.group(1) + ".java", block.group(2)));
        }
      }
    }
    return new Manual(commands, programs);
  }

  private static void addCommands(String block, List<Command> commands) {
    for (String line : block.lines().toList()) {
      if (line.startsWith(PROMPT)) {
        commands.add(new Command(line.substring(PROMPT.length()), new ArrayList<>()));
        continue;
      }
      int last = commands.size() - 1;
      if (line.startsWith(CONTINUED) && commands.get(last).printed().isEmpty()) {
        String lines = commands.get(last).line() + "\n" + line.substring(CONTINUED.length());
        commands.set(last, new Command(lines, new ArrayList<>()));
      } else if (!line.isBlank()) {
        commands.get(last).printed().add(line);
      }
    }
  }
}
