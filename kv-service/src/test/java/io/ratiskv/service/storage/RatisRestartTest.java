package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ratiskv.service.rpc.RaftPort;
import io.ratiskv.service.rpc.RaftRpc;
import io.ratiskv.service.storage.DataFolder.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Ratis server whose log was torn, as it starts again. */
class RatisRestartTest {
  private static final Identity S1 = new Identity("orders", "s1");
  private static final int WRITES = 20;

  @TempDir Path temporary;

  private RaftGroup group;
  private int calls;

  /** Remembers what it applied. */
  private static final class Recorder extends BaseStateMachine {
    private final List<String> applied = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      String data = transaction.getLogEntry().getStateMachineLogEntry().getLogData().toStringUtf8();
      applied.add(data);
      return CompletableFuture.completedFuture(Message.valueOf(data));
    }
  }

  @BeforeEach
  void makeGroup() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    RaftPeer peer = RaftPeer.newBuilder().setId("s1").setAddress("127.0.0.1:" + port).build();
    group = RaftGroup.valueOf(RaftGroupId.valueOf(UUID.randomUUID()), peer);
  }

  @Test
  void serverStartsAfterRepairWithAllAcknowledgedWrites() throws Exception {
    // A server acknowledges some writes, and loses power: this is what its disk holds then.
    Path crashed = temporary.resolve("crashed");
    try (DataFolder folder = DataFolder.open(temporary.resolve("s1"), S1);
        RaftServer server = start(folder, new Recorder())) {
      for (int i = 0; i < WRITES; i++) {
        assertThat(write(server, "write " + i).isSuccess()).isTrue();
      }
      copy(folder.raft(), DataFolder.open(crashed, S1));
    }
    // It was just about to write one more, of which the beginning came to the disk.
    Path current = crashed.resolve("raft").resolve(group.getGroupId().getUuid() + "/current");
    Path segment = openSegment(current);
    List<LogEntryProto> entries = RatisSegment.read(segment);
    int end = RatisSegment.of(entries).end();
    long next = entries.get(entries.size() - 1).getIndex() + 1;
    byte[] torn = Files.readAllBytes(segment);
    byte[] entry =
        RatisSegment.of(List.of(RatisSegment.entry(next, "not acknowledged".getBytes(UTF_8))))
            .exact();
    System.arraycopy(entry, 8, torn, end, 15);
    Files.write(segment, torn);

    // Ratis won't start with it.
    try (DataFolder folder = DataFolder.open(crashed, S1)) {
      assertThatThrownBy(() -> start(folder, new Recorder()).close())
          .hasStackTraceContaining("ChecksumException");
    }
    assertThat(segment).hasBinaryContent(torn);

    // Once it is trimmed, Ratis does, and goes on.
    Recorder recorder = new Recorder();
    try (DataFolder folder = DataFolder.open(crashed, S1)) {
      RaftLogTail.Report report = RaftLogTail.repair(current, RatisSegment.MAX_ENTRY_BYTES);
      assertThat(report.lastIndex()).isEqualTo(next - 1);
      assertThat(report.trim()).isNotNull();
      try (RaftServer server = start(folder, recorder)) {
        assertThat(write(server, "after the crash").isSuccess()).isTrue();
      }
    }
    assertThat(recorder.applied)
        .startsWith("write 0", "write 1")
        .hasSize(WRITES + 1)
        .endsWith("write " + (WRITES - 1), "after the crash");

    // And what it wrote is in order: closed now, after a restart.
    RaftLogTail.Report report = RaftLogTail.repair(current, RatisSegment.MAX_ENTRY_BYTES);
    assertThat(report.trim()).isNull();
    assertThat(report.lastIndex()).isGreaterThan(next);
  }

  private RaftServer start(DataFolder folder, Recorder recorder) throws IOException {
    RaftPeer peer = group.getPeers().iterator().next();
    String address = String.valueOf(peer.getAddress());
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, new RaftRpc());
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    RaftPort own =
        new RaftPort(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), null, other -> true);
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.raft().toFile()));
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("64KB"));
    RaftServer server =
        RaftServer.newBuilder()
            .setServerId(peer.getId())
            .setGroup(group)
            .setStateMachine(recorder)
            .setOption(RaftStorage.StartupOption.RECOVER)
            .setProperties(properties)
            .setParameters(own.parameters())
            .build();
    try {
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private RaftClientReply write(RaftServer server, String data) throws IOException {
    RaftServer.Division division = server.getDivision(group.getGroupId());
    await().until(() -> division.getInfo().isLeaderReady());
    calls++;
    return server.submitClientRequest(
        RaftClientRequest.newBuilder()
            .setClientId(ClientId.randomId())
            .setServerId(server.getId())
            .setGroupId(group.getGroupId())
            .setCallId(calls)
            .setMessage(Message.valueOf(data))
            .setType(RaftClientRequest.writeRequestType())
            .build());
  }

  private static Path openSegment(Path current) throws IOException {
    try (Stream<Path> files = Files.list(current)) {
      return files.filter(f -> f.toString().contains("log_inprogress_")).findFirst().orElseThrow();
    }
  }

  /** And closes the folder that it copies to. */
  private static void copy(Path from, DataFolder to) throws IOException {
    try (to;
        Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !f.endsWith("in_use.lock")).toList()) {
        Path target = to.raft().resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
