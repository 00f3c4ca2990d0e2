package io.ratiskv.it;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * The general tests of the course in which this kind of store is a lab, by their names there: each
 * client's appends stand in its key once each and in order, clients read what they wrote; logs stay
 * short. One alone: -Dlab.only=NAME.
 */
class LabIT {
  @TestTemplate
  @ExtendWith(Rows.class)
  void scenario(LabScenario scenario, KvCluster cluster) throws Exception {
    LabSeed.run(
        scenario.name(),
        seed -> {
          try (LabRun run = new LabRun(scenario, cluster, seed)) {
            run.run();
          }
        });
  }

  /** Gives each row a cluster of its own. */
  static final class Rows implements TestTemplateInvocationContextProvider {
    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
      return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
        ExtensionContext context) {
      String only = System.getProperty("lab.only", "");
      return LabScenario.all()
          .filter(scenario -> only.isEmpty() || scenario.name().equals(only))
          .map(scenario -> new Row(scenario, scenario.cluster()));
    }
  }

  private record Row(LabScenario scenario, KvCluster cluster)
      implements TestTemplateInvocationContext, ParameterResolver {
    @Override
    public String getDisplayName(int index) {
      return scenario.name();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(cluster, this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      Class<?> type = parameter.getParameter().getType();
      return type == LabScenario.class || type == KvCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == KvCluster.class ? cluster : scenario;
    }
  }
}
