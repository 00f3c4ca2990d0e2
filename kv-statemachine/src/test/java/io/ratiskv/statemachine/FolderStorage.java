package io.ratiskv.statemachine;

import java.io.File;
import java.nio.file.Path;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.server.storage.RaftStorageMetadataFile;

/** A Ratis storage that is no more than its folder. */
record FolderStorage(Path root) implements RaftStorage {
  @Override
  public void initialize() {}

  @Override
  public RaftStorageDirectory getStorageDir() {
    return new RaftStorageDirectory() {
      @Override
      public File getRoot() {
        return root.toFile();
      }

      @Override
      public boolean isHealthy() {
        return true;
      }
    };
  }

  @Override
  public RaftStorageMetadataFile getMetadataFile() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CorruptionPolicy getLogCorruptionPolicy() {
    return CorruptionPolicy.EXCEPTION;
  }

  @Override
  public void close() {}
}
