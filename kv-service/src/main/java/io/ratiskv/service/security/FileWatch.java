package io.ratiskv.service.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notices that files have changed: by time, length or number, which costs no reading. */
final class FileWatch {
  private record Stamp(long modifiedMillis, long bytes, @Nullable Object number) {}

  private final List<Path> files;
  private List<Stamp> stamps;

  FileWatch(Collection<Path> files) {
    this.files = List.copyOf(files);
    this.stamps = now();
  }

  /** Whether any is another than at the last call. */
  boolean changed() {
    List<Stamp> now = now();
    boolean changed = !now.equals(stamps);
    stamps = now;
    return changed;
  }

  private List<Stamp> now() {
    List<Stamp> now = new ArrayList<>();
    for (Path file : files) {
      now.add(stamp(file));
    }
    return now;
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.lastModifiedTime().toMillis(), found.size(), found.fileKey());
    } catch (IOException e) {
      return new Stamp(-1, -1, null);
    }
  }
}
