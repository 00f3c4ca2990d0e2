package io.ratiskv.service;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Proves for reads, without a log entry, that nobody else has led: the ReadIndex of Ongaro's thesis
 * (section 6.4), with questions of our own in place of heartbeats. Ratis's are not for this: {@code
 * ReadIndexHeartbeats} takes an answer to an earlier question for one to this.
 *
 * <p>Asked after the reads came, a majority of the voters, this one among them, says that it is in
 * no later term than this leader. So none of them had voted in a later one when the reads came;
 * nobody can have been elected in one without a vote of one of them; and whatever had been
 * acknowledged by then was committed in this leader's term or before, and is at or below its commit
 * index, since it has committed an entry of its own term. No clock has a part in it. While the
 * voters are being changed there is no proof.
 *
 * <p>That the entry is of its own term is looked up, and not taken from {@code isLeaderReady}
 * alone: a term of one office and the readiness of the one before would prove what isn't so, and
 * only the order of the steps in which Ratis ends an office keeps them apart.
 *
 * <p>Any thread may call.
 */
final class ReadIndex implements ReadProver {
  private final RaftServer.Division division;
  private final Voters voters;

  /** The other servers, as far as they can be asked. */
  interface Voters {
    /** Asks each of these for its term, and none but these from now on. */
    void ask(Collection<RaftPeer> peers, Answers answers);

    /**
     * Told of each server that was asked, once at most, by any thread, maybe before {@code ask}
     * returns.
     */
    interface Answers {
      /** It said this after it was asked. */
      void answered(long term);

      /** It won't say anything. */
      void lost();
    }
  }

  ReadIndex(RaftServer.Division division, Voters voters) {
    this.division = division;
    this.voters = voters;
  }

  @Override
  public void prove(LongConsumer done) {
    DivisionInfo info = division.getInfo();
    long term = info.getCurrentTerm();
    boolean leads = info.isLeaderReady();
    long index = division.getRaftLog().getLastCommittedIndex();
    RaftConfiguration members = division.getRaftConf();
    if (!leads
        || !isOfTerm(term, index)
        || info.getCurrentTerm() != term
        || !isMemberOfSettled(members)) {
      done.accept(NOT_PROVEN);
      return;
    }
    List<RaftPeer> others =
        members.getCurrentPeers().stream()
            .filter(peer -> !peer.getId().equals(division.getId()))
            .toList();
    if (others.isEmpty()) {
      done.accept(index);
    } else {
      voters.ask(
          others,
          new Round(term, others.size(), proven -> done.accept(proven ? index : NOT_PROVEN)));
    }
  }

  /** False too where the log doesn't have the entry any more, but a snapshot. */
  private boolean isOfTerm(long term, long index) {
    TermIndex entry = division.getRaftLog().getTermIndex(index);
    return entry != null && entry.getTerm() == term;
  }

  private boolean isMemberOfSettled(RaftConfiguration members) {
    return members.getPreviousPeers().isEmpty() && members.getPeer(division.getId()) != null;
  }

  /** One question to all. */
  private static final class Round implements Voters.Answers {
    private final long term;
    private final Consumer<Boolean> done;

    /** Who may still answer, and how many of them must. Guarded by this, as the field below. */
    private int open;

    private int missing;
    private boolean ended;

    Round(long term, int others, Consumer<Boolean> done) {
      this.term = term;
      this.open = others;
      // With this server a majority of all.
      this.missing = (others + 1) / 2;
      this.done = done;
    }

    @Override
    public void answered(long answer) {
      if (answer > term) {
        if (end()) {
          done.accept(false);
        }
      } else if (counts()) {
        done.accept(true);
      }
    }

    @Override
    public void lost() {
      if (isHopeless()) {
        done.accept(false);
      }
    }

    private synchronized boolean end() {
      boolean first = !ended;
      ended = true;
      return first;
    }

    private synchronized boolean counts() {
      open--;
      missing--;
      return missing == 0 && end();
    }

    private synchronized boolean isHopeless() {
      open--;
      return open < missing && end();
    }
  }
}
