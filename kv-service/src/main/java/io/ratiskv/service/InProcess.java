package io.ratiskv.service;

import io.ratiskv.statemachine.EntryMessage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;

/**
 * Hands entries to the division itself: the server object would only pass them to a thread of its
 * own, and wait.
 */
final class InProcess implements Committer.EntrySubmitter {
  /** New in each process: call ids start anew there. */
  private final ClientId clientId = ClientId.randomId();

  private final RaftServer.Division division;
  private final RaftGroupId group;

  InProcess(RaftServer.Division division, RaftGroupId group) {
    this.division = division;
    this.group = group;
  }

  @Override
  public CompletableFuture<RaftClientReply> submit(EntryMessage entry) throws IOException {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(division.getId())
            .setGroupId(group)
            .setCallId(CallId.getAndIncrement())
            .setMessage(entry)
            .setType(RaftClientRequest.writeRequestType())
            .build();
    return ((RaftClientAsynchronousProtocol) division).submitClientRequestAsync(request);
  }
}
