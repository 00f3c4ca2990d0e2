package io.ratiskv.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Debian package is installed into an empty folder, started, used and removed. (What the
 * archive brings, {@link ManualIT} uses.)
 */
class PackageIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final String VERSION = System.getProperty("kv.version", "");

  @TempDir Path folder;

  @Test
  void debianPackage() throws Exception {
    assumeThat(Programs.isThere("dpkg")).as("dpkg").isTrue();
    assertThat(use(TARGET.resolve("ratis-kv_" + VERSION + "_all.deb"))).endsWith("all well\n");
  }

  @Test
  void billOfMaterials() throws IOException {
    assertThat(TARGET.resolve("ratis-kv-" + VERSION + ".cdx.json"))
        .content()
        .contains("\"CycloneDX\"", "pkg:maven/org.apache.ratis/ratis-server@", "pkg:maven/io.grpc/")
        .doesNotContain("junit");
  }

  private String use(Path packed) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path root = Files.createDirectory(folder.resolve("root"));
    Process process =
        new ProcessBuilder(
                "bash",
                "src/test/sh/use-package.sh",
                packed.toString(),
                root.toString(),
                freePort(),
                freePort())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).as(Files.readString(out)).isTrue();
      String printed = Files.readString(out);
      System.out.println(printed);
      assertThat(process.exitValue()).as(printed).isZero();
      return printed;
    } finally {
      process.destroy();
    }
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }
}
