package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.GetResult;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import io.ratiskv.client.RequestId;
import io.ratiskv.client.Resolution;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.client.SessionExpiredException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster is backed up and made anew, and one that lost its majority goes on as a new one. */
class DisasterIT {
  /** More than it takes to fork a cluster on a busy machine. */
  private static final Duration FORK = Duration.ofMinutes(3);

  @TempDir Path folder;

  private KvProcesses kv;

  @BeforeEach
  void start() throws IOException {
    kv = new KvProcesses(folder);
    for (String id : kv.ids()) {
      kv.start(id);
    }
    kv.leader();
  }

  @AfterEach
  void stop() {
    kv.close();
  }

  @Test
  void aBackupUnderLoadBecomesANewCluster() throws IOException {
    try (AppendLoad load = AppendLoad.start(3, kv::client);
        KvClient reader = kv.reader()) {
      load.awaitMore(200);
      reader.put("before", "the backup");
      String file = folder.resolve("backup").toString();
      done(kv.kv("backup", file, "--endpoints", kv.endpoint(kv.leader())));
      reader.put("after", "the backup");
      load.awaitMore(200);
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);

      // Its servers are others, at other places; the name is the same.
      Path data = folder.resolve("new");
      try (KvProcesses restored = new KvProcesses(data)) {
        done(
            kv.kv(
                "restore",
                file,
                "--cluster",
                "processes",
                "--into",
                data.toString(),
                "--servers",
                members(restored)));
        for (String id : restored.ids()) {
          restored.start(id);
        }
        try (KvClient client = restored.reader()) {
          assertThat(client.get("before").valueAsString()).isEqualTo("the backup");
          assertThat(client.get("after").found()).isFalse();
          client.put("new", "life");
          assertThat(client.get("new").version()).isGreaterThan(client.get("before").version());
          // What it has of the load is what was there at one moment.
          assertThat(reader.get("shared").valueAsString())
              .startsWith(client.get("shared").valueAsString());
          restored.awaitEqualDigests();
        }
      }
    }
  }

  @Test
  void aClusterThatLostItsMajorityGoesOnFromItsMostAdvancedSurvivor() throws IOException {
    try (AppendLoad load = AppendLoad.start(3, kv::client);
        AsyncKvClient old = kv.client(FORK);
        KvClient reader = kv.reader()) {
      load.awaitMore(200);
      old.put("old", "acknowledged").join();

      // One server dies and is behind from then on; of the others one is lost for good, with its
      // disk.
      String behind = kv.follower();
      kv.kill(behind);
      load.awaitMore(200);
      String lost = kv.leader();
      String survivor =
          kv.ids().stream()
              .filter(id -> !id.equals(behind) && !id.equals(lost))
              .findFirst()
              .orElseThrow();
      kv.kill(survivor);
      CompletableFuture<?> pending = old.put("pending", "at the end");
      try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
        Eventually.until("that the leader gives up", () -> follows(admin, lost));
      }
      kv.kill(lost);

      // Of the two folders that are left, the one with all that was acknowledged is taken.
      Path forked = folder.resolve("forked");
      KvProcesses.Run fork =
          done(
              kv.kv(
                  "local",
                  "fork-cluster",
                  "--from",
                  folder.resolve(behind).toString(),
                  "--from",
                  folder.resolve(survivor).toString(),
                  "--servers",
                  members(kv),
                  "--into",
                  forked.toString()));
      assertThat(fork.output().lines())
          .anySatisfy(line -> assertThat(line).contains("/" + survivor + ": ").endsWith("; taken"));

      for (String id : kv.ids()) {
        startForked(id, forked);
      }
      assertThat(reader.get("old").valueAsString()).isEqualTo("acknowledged");

      // The session of before is void: what was under way is unknown, and stays so.
      SessionExpiredException failure =
          catchThrowableOfType(SessionExpiredException.class, () -> join(pending));
      assertThat(failure).hasMessageContaining("the cluster was restored: session ");
      assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
      RequestId request = failure.requestId().orElseThrow();
      assertThat(old.resolve(request).join()).isInstanceOf(Resolution.Lost.class);

      // The client goes on, in a session of the new life; and no answer of the load is belied.
      old.put("old", "and new").join();
      assertThat(old.get("old").thenApply(GetResult::valueAsString).join()).isEqualTo("and new");
      load.awaitMore(100);

      // The lost server comes back after all, with the old data at its old place: it has no part.
      kv.kill(lost);
      kv.start(lost);
      load.awaitMore(100);
      try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
        Eventually.until("that it answers", () -> answers(admin, lost));
        ServerStatus status = admin.status(kv.endpoint(lost));
        assertThat(status.epoch()).isZero();
        assertThat(status.role()).isNotEqualTo(ServerStatus.Role.LEADER);
        assertThat(admin.status(kv.endpoint(kv.leader())).epoch()).isNotZero();
      }
      kv.kill(lost);
      startForked(lost, forked);

      load.stop();
      load.verify(reader);
      kv.awaitEqualDigests();
    }
  }

  private boolean follows(KvAdmin admin, String id) {
    try {
      return admin.status(kv.endpoint(id)).role() != ServerStatus.Role.LEADER;
    } catch (KvException e) {
      return false;
    }
  }

  private boolean answers(KvAdmin admin, String id) {
    try {
      return admin.status(kv.endpoint(id)).server().equals(id);
    } catch (KvException e) {
      return false;
    }
  }

  private void startForked(String id, Path forked) throws IOException {
    List<String> command = new ArrayList<>(List.of("server", "--id", id));
    command.addAll(List.of("--cluster", "processes", "--servers", members(kv)));
    command.addAll(List.of("--data", forked.resolve(id).toString()));
    kv.run(id, command);
  }

  private static String members(KvProcesses of) {
    return of.ids().stream().map(of::member).collect(Collectors.joining(","));
  }

  private static KvProcesses.Run done(KvProcesses.Run run) {
    assertThat(run.exitCode()).as(run.output()).isZero();
    return run;
  }

  private static void join(CompletableFuture<?> future) throws Throwable {
    try {
      future.join();
    } catch (CompletionException e) {
      throw e.getCause();
    }
  }
}
