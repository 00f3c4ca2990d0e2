package io.ratiskv.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What disks and people do to files. */
final class Rot {
  private Rot() {}

  /** Zeros for the last bytes that were written; the zeros of a preallocated file don't count. */
  static void zeroEnd(Path file, int bytes) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = written(content);
    Arrays.fill(content, Math.max(0, end - bytes), end, (byte) 0);
    Files.write(file, content);
  }

  /** Cuts off the last bytes that were written, and what is preallocated behind them. */
  static void cutEnd(Path file, int bytes) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, Math.max(0, written(content) - bytes)));
  }

  /** Turns one bit over, in the bytes from {@code from} to {@code to}, parts of what is written. */
  static void flipBit(Path file, double from, double to, Random random) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = written(content);
    int least = (int) (from * end);
    int offset = least + random.nextInt(Math.max(1, (int) (to * end) - least));
    content[offset] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, content);
  }

  /** Other text for the first that matches. */
  static void replace(Path file, String regex, String text) throws IOException {
    Files.writeString(file, Files.readString(file).replaceFirst(regex, text));
  }

  private static int written(byte[] content) {
    int end = content.length;
    while (end > 0 && content[end - 1] == 0) {
      end--;
    }
    return end;
  }

  /** The files below a folder whose name begins so, in the order of their names. */
  static List<Path> files(Path folder, String nameBegins) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(path -> String.valueOf(path.getFileName()).startsWith(nameBegins))
          .sorted()
          .toList();
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
