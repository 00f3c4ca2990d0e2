package io.ratiskv.statemachine.core;

/**
 * Learns what becomes of the commands of one entry, in their order, while it is applied. Called on
 * the applying thread: must be quick, and must not throw. What it reads from the state is what the
 * commands up to there left.
 */
public interface EntryListener {
  /** One that doesn't care: on the replicas that didn't make the entry. */
  EntryListener NONE =
      new EntryListener() {
        @Override
        public void started(KvState state) {}

        @Override
        public void replied(KvState state, int position, Reply reply) {}
      };

  /** Before the first command. */
  void started(KvState state);

  /**
   * After a command.
   *
   * @param position the command's place in the entry, from 0; an entry that could not be read is
   *     refused as one command
   */
  void replied(KvState state, int position, Reply reply);
}
