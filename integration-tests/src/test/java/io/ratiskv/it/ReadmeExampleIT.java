package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The client example that the README shows is compiled as it stands there, and run. */
class ReadmeExampleIT {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @RegisterExtension static final KvCluster CLUSTER = KvCluster.of(3);

  @TempDir Path folder;

  @Test
  void theExampleDoesWhatItSays() throws Exception {
    compile(example());

    String printed = run("Example", CLUSTER.endpoints());

    assertThat(printed.lines()).containsExactly("hello, world (12 bytes)", "missing: false");
  }

  private static String example() throws IOException {
    Matcher block = JAVA_BLOCK.matcher(Files.readString(README));
    assertThat(block.find()).as("a block of Java in the README").isTrue();
    return block.group(1);
  }

  private void compile(String source) throws IOException {
    Path file = Files.writeString(folder.resolve("Example.java"), source);
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                messages,
                messages,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                file.toString());
    assertThat(exit).as(messages.toString(StandardCharsets.UTF_8)).isZero();
  }

  private String run(String type, String[] arguments) throws Exception {
    PrintStream original = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      loader.loadClass(type).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } finally {
      System.setOut(original);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }
}
