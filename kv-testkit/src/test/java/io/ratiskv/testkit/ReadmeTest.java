package io.ratiskv.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theTestInTheReadmeIsTheOneThatRunsHere() throws IOException {
    String test = Files.readString(Path.of("src/test/java/com/example/GreetingTest.java"));
    assertThat(Files.readString(Path.of("..", "README.md")))
        .contains("```java\n" + test.replace("package com.example;\n\n", "") + "```");
  }
}
