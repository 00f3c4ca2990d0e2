package io.ratiskv.cli;

import io.ratiskv.service.ForgottenException;
import io.ratiskv.service.KvServer;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.storage.DamagedLogException;
import io.ratiskv.service.storage.DataFolderException;
import io.ratiskv.statemachine.DamagedSnapshotsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Servers in this JVM. */
final class LocalServers implements Servers {
  private final Shell shell;
  private final List<KvServer> servers = new ArrayList<>();

  private LocalServers(Shell shell) {
    this.shell = shell;
  }

  /**
   * Starts them; all of them listen when this returns.
   *
   * @throws CommandException if one can't be started; none runs then
   */
  static LocalServers start(Shell shell, List<ServerConfig> configs) {
    LocalServers servers = new LocalServers(shell);
    // At once: those of a new cluster wait for each other.
    ExecutorService threads = Executors.newFixedThreadPool(configs.size());
    try {
      CompletionService<KvServer> starts = new ExecutorCompletionService<>(threads);
      configs.forEach(config -> starts.submit(() -> start(shell, config)));
      servers.await(starts, configs.size(), threads);
      return servers;
    } catch (CommandException e) {
      servers.close();
      if (configs.size() == 1) {
        throw RejoinHint.addTo(e, shell.kv(), configs.get(0));
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Where one fails, the others, which may wait for it, are told to stop. */
  private void await(CompletionService<KvServer> starts, int count, ExecutorService threads) {
    CommandException failure = null;
    for (int i = 0; i < count; i++) {
      try {
        servers.add(starts.take().get());
      } catch (ExecutionException e) {
        failure = failure == null ? asCommandException(e) : failure;
        threads.shutdownNow();
      } catch (InterruptedException e) {
        threads.shutdownNow();
        Thread.currentThread().interrupt();
        throw new CommandException(ExitCode.NOT_STARTED, "interrupted while servers started", e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static CommandException asCommandException(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause instanceof CommandException known
        ? known
        : new CommandException(ExitCode.INTERNAL, "a fault in kv: " + cause, e);
  }

  private static KvServer start(Shell shell, ServerConfig config) {
    try {
      return KvServer.start(config, new EndOfProcess(shell, config.id()));
    } catch (DataFolderException
        | DamagedLogException
        | DamagedSnapshotsException
        | ForgottenException e) {
      throw failure(ExitCode.DATA_UNUSABLE, config, e);
    } catch (IllegalArgumentException e) {
      throw failure(ExitCode.USAGE, config, e);
    } catch (IOException | RuntimeException e) {
      throw failure(ExitCode.NOT_STARTED, config, e);
    }
  }

  private static CommandException failure(ExitCode code, ServerConfig config, Exception cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new CommandException(code, "server " + config.id() + " can't start: " + message, cause);
  }

  /** Never: a server that can't go on ends the process. */
  @Override
  public CompletableFuture<String> oneEnded() {
    return new CompletableFuture<>();
  }

  @Override
  public CompletableFuture<?> allEnded() {
    return new CompletableFuture<>();
  }

  @Override
  public void announceEnds() {}

  @Override
  public String remark(Member server) {
    return "";
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> ends =
        servers.stream()
            .map(
                server ->
                    CompletableFuture.runAsync(
                        () -> close(server), task -> new Thread(task, "kv-stop").start()))
            .toList();
    ends.forEach(CompletableFuture::join);
  }

  private void close(KvServer server) {
    try {
      if (servers.size() == 1) {
        // Several in one process end together, and there is nobody to lead.
        server.handOver().ifPresent(next -> shell.note("handed the office on to " + next));
      }
      server.close();
    } catch (IOException e) {
      shell.note("a server did not stop cleanly: " + e.getMessage());
    }
  }
}
