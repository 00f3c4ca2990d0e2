package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users compile against names nothing that they would have to import from elsewhere. */
class PublicApiTest {
  private static final List<Class<?>> PUBLIC =
      List.of(
          AsyncKvClient.class,
          KvClient.class,
          KvClientBuilder.class,
          KvAdmin.class,
          GetResult.class,
          PutResult.class,
          AppendResult.class,
          ServerStatus.class,
          ClusterMembers.class,
          ClusterMembers.Member.class,
          KvException.class,
          LimitExceededException.class,
          FencedException.class,
          KvFuture.class,
          CallListener.class,
          RequestId.class,
          Resolution.class,
          Resolution.Applied.class,
          Resolution.Handler.class,
          Resolution.Lost.class,
          Resolution.NeverApplied.class,
          Resolution.RefusedByLimit.class,
          Outcome.class);

  @Test
  void itHoldsOnlyTheJdksTypesAndItsOwn() {
    List<String> names = new ArrayList<>();
    for (Class<?> type : PUBLIC) {
      Stream.concat(
              Stream.of((Executable[]) type.getDeclaredMethods()),
              Stream.of((Executable[]) type.getDeclaredConstructors()))
          .filter(member -> Modifier.isPublic(member.getModifiers()))
          .forEach(member -> names.add(member.toGenericString()));
    }
    assertThat(names).isNotEmpty().noneMatch(name -> name.contains("io.grpc"));
    assertThat(names).noneMatch(name -> name.contains("com.google"));
    assertThat(names).noneMatch(name -> name.contains("io.ratiskv.protocol"));
    assertThat(names).noneMatch(name -> name.contains("io.ratiskv.client.Transport"));
  }
}
