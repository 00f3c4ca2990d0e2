package io.ratiskv.it.chaos;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Has this JVM's log for itself: it goes to a file, since faults make much of it, and is read on
 * the way. An error, or a condition that some code found broken, fails a run unless the faults
 * explain it.
 */
final class LogWatch extends FileAppender<ILoggingEvent> implements AutoCloseable {
  private static final int MOST = 20;

  /** Says that code met a state that it holds for impossible. */
  private static final Pattern BROKEN =
      Pattern.compile("IllegalStateException|Preconditions|AssertionError|NullPointerException");

  /** What faults explain; each with the reason. */
  private static final List<Pattern> ALLOWED =
      List.of(
          // Messages that still come to a server that is being killed.
          Pattern.compile("ServerNotReadyException: \\S+ is not in \\[STARTING, RUNNING\\]"),
          Pattern.compile("SegmentedRaftLog is expected to be opened but it is CLOSED"),
          // An office that is lost while an entry is being applied: Ratis has closed the limits of
          // what is pending, and stumbles when it takes the entry from them. It is applied.
          Pattern.compile("StateMachineUpdater: Exception while .* available = -\\d+ < 0"));

  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final List<Appender<ILoggingEvent>> usual = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> found = new ConcurrentLinkedQueue<>();

  private LogWatch() {}

  static LogWatch begin(Path file) {
    LogWatch watch = new LogWatch();
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(watch.root.getLoggerContext());
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level [%thread] %logger{0} - %msg%n");
    encoder.start();
    watch.setContext(watch.root.getLoggerContext());
    watch.setEncoder(encoder);
    watch.setFile(file.toString());
    watch.setAppend(false);
    watch.start();
    watch.root.iteratorForAppenders().forEachRemaining(watch.usual::add);
    watch.usual.forEach(watch.root::detachAppender);
    watch.root.addAppender(watch);
    return watch;
  }

  @Override
  protected void append(ILoggingEvent event) {
    super.append(event);
    String text = text(event);
    boolean bad = event.getLevel().isGreaterOrEqual(Level.ERROR) || BROKEN.matcher(text).find();
    if (bad && found.size() < MOST && !isAllowed(text)) {
      found.add(text);
    }
  }

  private static String text(ILoggingEvent event) {
    StringBuilder text = new StringBuilder();
    text.append(event.getLevel()).append(' ').append(event.getLoggerName());
    text.append(": ").append(event.getFormattedMessage());
    for (IThrowableProxy e = event.getThrowableProxy(); e != null; e = e.getCause()) {
      text.append("; ").append(e.getClassName()).append(": ").append(e.getMessage());
    }
    return text.toString();
  }

  private static boolean isAllowed(String text) {
    return ALLOWED.stream().anyMatch(pattern -> pattern.matcher(text).find());
  }

  /** What nothing explains. */
  List<String> found() {
    return List.copyOf(found);
  }

  @Override
  public void close() {
    usual.forEach(root::addAppender);
    root.detachAppender(this);
    stop();
  }
}
