package io.ratiskv.service;

import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.core.KvState;
import java.util.function.Consumer;

/** The state of this server, as the {@link Committer} needs it. */
interface Replica {
  KvState state();

  /** See {@link KvStateMachine#readAt}. */
  boolean readAt(long index, Consumer<KvState> reader);

  static Replica of(KvStateMachine machine) {
    return new Replica() {
      @Override
      public KvState state() {
        return machine.state();
      }

      @Override
      public boolean readAt(long index, Consumer<KvState> reader) {
        return machine.readAt(index, reader);
      }
    };
  }
}
