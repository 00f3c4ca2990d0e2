package io.ratiskv.it;

import static com.tngtech.archunit.base.DescribedPredicate.or;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** The arrows between the modules, and what the replicated core may not touch. */
@AnalyzeClasses(packages = "io.ratiskv", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String CORE = "io.ratiskv.statemachine.core..";

  @ArchTest
  static final ArchRule onlyTheAdapterAndTheServiceKnowRatis =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.ratiskv.statemachine", "io.ratiskv.service..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.ratis..")
          .because("what is hard must be testable without a cluster");

  @ArchTest
  static final ArchRule theClientStandsOnTheProtocolAlone =
      classes()
          .that()
          .resideInAPackage("io.ratiskv.client..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.ratiskv.client..",
              "io.ratiskv.protocol..",
              "java..",
              "io.grpc..",
              "com.google.protobuf..",
              "org.slf4j..",
              "org.jspecify..")
          .because("users import it, and take over all that it needs");

  @ArchTest
  static final ArchRule theClientShowsNoTransport =
      classes()
          .that()
          .resideInAPackage("io.ratiskv.client")
          .and(canBeReached())
          .should(
              notExpose(
                  resideInAnyPackage(
                      "io.grpc..", "com.google.protobuf..", "io.ratiskv.protocol..")))
          .because("gRPC, protobuf and our messages are not part of the client's API");

  @ArchTest
  static final ArchRule theProtocolKnowsNoOtherModule =
      noClasses()
          .that()
          .resideInAPackage("io.ratiskv.protocol..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.ratiskv..")
                  .and(DescribedPredicate.not(resideInAPackage("io.ratiskv.protocol.."))))
          .because("both sides stand on it");

  @ArchTest
  static final ArchRule theCoreKnowsNoHost =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.ratis..", "io.grpc..", "io.ratiskv.statemachine")
          .because("the core is plain Java, and the adapter stands on it");

  @ArchTest
  static final ArchRule theCoreIsDeterministic =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should(
              dependOnClassesThat(
                  or(
                      type(Clock.class),
                      type(Instant.class),
                      assignableTo(RandomGenerator.class),
                      assignableTo(Thread.class),
                      assignableTo(Executor.class),
                      type(Executors.class))))
          .orShould(accessTargetWhere(isMethod(System.class, "currentTimeMillis")))
          .orShould(accessTargetWhere(isMethod(System.class, "nanoTime")))
          .orShould(accessTargetWhere(isMethod(Math.class, "random")))
          .orShould(accessTargetWhere(isMethod(StrictMath.class, "random")))
          .orShould(accessTargetWhere(isMethod(UUID.class, "randomUUID")))
          .because("replicas part where apply depends on a clock, on chance or on a thread");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.ratiskv.cli..")
          .should(ACCESS_STANDARD_STREAMS)
          .orShould(dependOnClassesThat(resideInAPackage("java.util.logging..")))
          .because("libraries log through SLF4J");

  @ArchTest
  static final ArchRule modulesFormNoCycle =
      slices().matching("io.ratiskv.(*)..").should().beFreeOfCycles();

  private static DescribedPredicate<JavaAccess<?>> isMethod(Class<?> owner, String name) {
    return target(owner(type(owner)))
        .and(target(name(name)))
        .as("%s.%s", owner.getSimpleName(), name);
  }

  /** In supertypes, in public and protected members: signatures with their type arguments. */
  private static ArchCondition<JavaClass> notExpose(DescribedPredicate<JavaClass> hidden) {
    return new ArchCondition<>("not expose types that " + hidden.getDescription()) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
            .forEach(supertype -> report(type, type.getFullName(), supertype, events));
        type.getMembers().stream()
            .filter(ArchitectureTest::isVisible)
            .forEach(
                member ->
                    signature(member)
                        .forEach(part -> report(type, member.getFullName(), part, events)));
      }

      private void report(JavaClass type, String where, JavaType part, ConditionEvents events) {
        part.getAllInvolvedRawTypes().stream()
            .filter(hidden)
            .forEach(
                exposed ->
                    events.add(
                        SimpleConditionEvent.violated(
                            type, where + " exposes " + exposed.getName())));
      }
    };
  }

  private static boolean isVisible(JavaMember member) {
    return member.getModifiers().contains(JavaModifier.PUBLIC)
        || member.getModifiers().contains(JavaModifier.PROTECTED);
  }

  /** The types that a member's declaration names. */
  private static Stream<JavaType> signature(JavaMember member) {
    return member instanceof JavaCodeUnit code
        ? Stream.concat(
            Stream.of(code.getReturnType()),
            Stream.concat(
                code.getParameterTypes().stream(), code.getThrowsClause().getTypes().stream()))
        : Stream.of(((JavaField) member).getType());
  }

  /** Public, and within nothing that isn't: members of an interface are public in any case. */
  private static DescribedPredicate<JavaClass> canBeReached() {
    return DescribedPredicate.describe(
        "can be reached from outside",
        type ->
            type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(canBeReached()::test).orElse(true));
  }
}
