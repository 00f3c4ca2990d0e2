package io.ratiskv.service;

import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.statemachine.EntryMessage;
import io.ratiskv.statemachine.Fatal;
import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.SnapshotPolicy;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.jspecify.annotations.Nullable;

/**
 * Raft as the committer sees it: entries come in, and are applied or given up when the test says
 * so.
 */
final class FakeRaft implements Committer.EntrySubmitter, Replica, ReadProver, Leadership, Fatal {
  private static final RaftPeerId ID = RaftPeerId.valueOf("n1");
  private static final RaftGroupId GROUP = RaftGroupId.randomId();

  /** An entry under way. */
  record Submitted(
      EntryMessage message, LogEntry entry, CompletableFuture<RaftClientReply> reply) {}

  private final KvStateMachine machine =
      new KvStateMachine(
          SnapshotPolicy.DEFAULT,
          (reason, message, cause) -> {
            throw new AssertionError(message, cause);
          });
  private final KvState state = machine.state();
  private final BlockingQueue<Submitted> submitted = new LinkedBlockingQueue<>();
  private final BlockingQueue<LongConsumer> proofs = new LinkedBlockingQueue<>();
  private volatile boolean proves;
  private final AtomicLong index = new AtomicLong();
  private volatile boolean leader = true;
  private volatile boolean steppingDown;
  private volatile @Nullable Error submitFailure;
  private volatile @Nullable Thread submitter;
  private volatile CompletableFuture<Void> mayBeSubmitted = CompletableFuture.completedFuture(null);
  private final BlockingQueue<String> fatals = new LinkedBlockingQueue<>();

  @Override
  public KvState state() {
    return state;
  }

  @Override
  public boolean readAt(long lowest, Consumer<KvState> reader) {
    if (index.get() < lowest) {
      return false;
    }
    reader.accept(state);
    return true;
  }

  /** From now on proofs begin, and end when the test says so; before, none comes out well. */
  void provesReads() {
    proves = true;
  }

  @Override
  public void prove(LongConsumer done) {
    if (proves) {
      proofs.add(done);
    } else {
      done.accept(NOT_PROVEN);
    }
  }

  /** The next proof that was begun; waits for it. */
  LongConsumer nextProof() throws InterruptedException {
    LongConsumer next = proofs.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no proof was begun within 10 s");
    }
    return next;
  }

  /** Whether none is begun, for as long as one would surely take to. */
  boolean nothingToProve() throws InterruptedException {
    return proofs.poll(100, TimeUnit.MILLISECONDS) == null;
  }

  /** What has been applied. */
  long index() {
    return index.get();
  }

  void winOffice() {
    leader = true;
  }

  void loseOffice() {
    leader = false;
  }

  /** It still leads, and takes nothing more. */
  void handOfficeOn() {
    steppingDown = true;
  }

  /** From now on whoever submits dies of this. */
  void failWith(Error failure) {
    submitFailure = failure;
  }

  /** From now on whoever submits waits until the answer is completed. */
  CompletableFuture<Void> keepsWaiting() {
    mayBeSubmitted = new CompletableFuture<>();
    return mayBeSubmitted;
  }

  /** The thread that came last to submit something. */
  @Nullable Thread submitter() {
    return submitter;
  }

  @Override
  public void halt(Reason reason, String message, Throwable cause) {
    fatals.add(reason + ": " + message);
  }

  /** Why the server is to end; waits for it. */
  String nextFatal() throws InterruptedException {
    String fatal = fatals.poll(10, TimeUnit.SECONDS);
    if (fatal == null) {
      throw new AssertionError("nothing was fatal within 10 s");
    }
    return fatal;
  }

  @Override
  public boolean isHere() {
    return leader;
  }

  @Override
  public @Nullable Leader leader() {
    return Leader.newBuilder()
        .setServer(leader ? "n1" : "n2")
        .setEndpoint("127.0.0.1:7002")
        .build();
  }

  @Override
  public CompletableFuture<RaftClientReply> submit(EntryMessage message) throws IOException {
    submitter = Thread.currentThread();
    mayBeSubmitted.orTimeout(10, TimeUnit.SECONDS).join();
    Error failure = submitFailure;
    if (failure != null) {
      throw failure;
    }
    if (!leader) {
      return CompletableFuture.completedFuture(notLeader(message));
    }
    if (steppingDown) {
      return CompletableFuture.completedFuture(
          reply(message, new LeaderSteppingDownException("n1 is stepping down")));
    }
    machine.startTransaction(request(message));
    LogEntry entry = LogEntry.parseFrom(message.getContent().toByteArray());
    CompletableFuture<RaftClientReply> reply = new CompletableFuture<>();
    submitted.add(new Submitted(message, entry, reply));
    return reply;
  }

  /** The next entry that was submitted; waits for it. */
  Submitted next() throws InterruptedException {
    Submitted next = submitted.poll(10, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no entry was submitted within 10 s");
    }
    return next;
  }

  boolean nothingSubmitted() {
    return submitted.isEmpty();
  }

  void apply(Submitted submission) {
    applyAndForget(submission);
    submission.reply().complete(reply(submission.message(), null));
  }

  /** Without an answer to who submitted it. */
  void applyAndForget(Submitted submission) {
    state.apply(
        index.incrementAndGet(), submission.entry().toByteArray(), submission.message().listener());
  }

  void giveUp(Submitted submission) {
    submission.reply().complete(notLeader(submission.message()));
  }

  private RaftClientReply notLeader(EntryMessage message) {
    return reply(message, new NotLeaderException(RaftGroupMemberId.valueOf(ID, GROUP), null, null));
  }

  private static RaftClientRequest request(EntryMessage message) {
    return RaftClientRequest.newBuilder()
        .setClientId(ClientId.emptyClientId())
        .setServerId(ID)
        .setGroupId(GROUP)
        .setCallId(1)
        .setMessage(message)
        .setType(RaftClientRequest.writeRequestType())
        .build();
  }

  private static RaftClientReply reply(EntryMessage message, @Nullable RaftException failure) {
    RaftClientReply.Builder reply =
        RaftClientReply.newBuilder().setRequest(request(message)).setMessage(Message.EMPTY);
    return failure == null ? reply.setSuccess().build() : reply.setException(failure).build();
  }
}
