package io.ratiskv.it.chaos;

import io.ratiskv.it.process.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What three server processes stand in, and what can be done to them there. */
interface ProcessSetting extends AutoCloseable {
  /** Where a server runs, and on what. */
  Placement place(String id, Path folder);

  /** What can be done to servers here. */
  List<Fault> faults(ProcessCluster cluster);

  /** Before {@link #close}: what would be lost with the setting goes to this folder. */
  default void keepData(Path folder) throws IOException {}

  /** Leaves nothing behind. */
  @Override
  void close();

  /** Nothing special: faults are signals. */
  static ProcessSetting plain() {
    return new ProcessSetting() {
      @Override
      public Placement place(String id, Path folder) {
        return Placement.plain(folder);
      }

      @Override
      public List<Fault> faults(ProcessCluster cluster) {
        return new ProcessFaults(cluster).all();
      }

      @Override
      public void close() {}
    };
  }
}
