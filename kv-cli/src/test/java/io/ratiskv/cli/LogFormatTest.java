package io.ratiskv.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.status.Status;
import java.net.URL;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The configuration that the command comes with. */
class LogFormatTest {
  @Test
  void aLineForAPerson() throws Exception {
    assertThat(line("text")).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  Server - says \"hi\"\n");
  }

  @Test
  void anObjectForAProgram() throws Exception {
    assertThat(line("json"))
        .matches("\\{\"timestamp\":\\d{13},.*}\n")
        .contains("\"level\":\"INFO\"", "\"loggerName\":\"io.ratiskv.Server\"")
        .contains("\"formattedMessage\":\"says \\\"hi\\\"\"");
  }

  @Test
  void ratisIsQuiet() throws Exception {
    LoggerContext context = configured("text");
    assertThat(context.getTurboFilterList()).hasOnlyElementsOfType(RatisNoise.class).hasSize(1);
    assertThat(context.getLogger("org.apache.ratis.server.X").getEffectiveLevel())
        .isEqualTo(Level.WARN);
  }

  private static String line(String format) throws JoranException {
    Logger logger = configured(format).getLogger("io.ratiskv.Server");
    LoggingEvent event =
        new LoggingEvent("x", logger, Level.INFO, "says \"{}\"", null, new Object[] {"hi"});
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>)
            logger.getLoggerContext().getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR");
    return new String(appender.getEncoder().encode(event), UTF_8);
  }

  private static LoggerContext configured(String format) throws JoranException {
    LoggerContext context = new LoggerContext();
    context.putProperty("kv.log.format", format);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL file = Objects.requireNonNull(Kv.class.getResource("/logback.xml"));
    configurator.doConfigure(file);
    assertThat(context.getStatusManager().getCopyOfStatusList())
        .allSatisfy(status -> assertThat(status.getLevel()).isLessThan(Status.WARN));
    return context;
  }
}
