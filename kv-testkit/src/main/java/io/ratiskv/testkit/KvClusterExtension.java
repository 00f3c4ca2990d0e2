package io.ratiskv.testkit;

import io.ratiskv.client.KvClient;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link TestCluster}, and a {@link KvClient} of it, as parameters.
 *
 * <p>A test method that asks for one has a cluster of its own, which ends with it. Where a {@code
 * BeforeAll} method or the constructor asks, all tests of the class share one. Needs JUnit 5.13 or
 * newer, which closes what is in its stores.
 */
public final class KvClusterExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(KvClusterExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestCluster.class || type == KvClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // JUnit closes what is in a store, the latest first; a store shows what its parents have.
    Store store = context.getStore(NAMESPACE);
    TestCluster cluster =
        store.getOrComputeIfAbsent(
            TestCluster.class, key -> TestCluster.start(), TestCluster.class);
    return parameter.getParameter().getType() == TestCluster.class
        ? cluster
        : store.getOrComputeIfAbsent(
            KvClient.class, key -> cluster.client().build(), KvClient.class);
  }
}
