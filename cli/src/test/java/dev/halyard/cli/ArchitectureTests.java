package dev.halyard.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the rules between modules; the cli sees them all. */
class ArchitectureTests {
  private static final String EVERYONES = "dev.halyard dev.halyard.spi java.. org.jspecify..";

  private static final Set<String> GENERATED =
      Set.of(
          "dev.halyard.onnx.proto",
          "dev.halyard.fpga.emulator.proto",
          "dev.halyard.bench.jmh_generated");

  /** Fewer classes than this, and the rules hold because nothing was looked at. */
  private static final int FLOOR = 250;

  private static JavaClasses all;

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains("test-classes"))
            .importPackages("dev.halyard");
  }

  @Test
  void thereIsSomethingToHoldTheRulesAgainst() {
    assertTrue(all.size() >= FLOOR, "found only " + all.size() + " classes");
    for (String name :
        List.of(
            "spi",
            "internal",
            "runtime",
            "cpu",
            "opencl",
            "fpga.xrt",
            "fpga.emulator",
            "tck",
            "onnx",
            "examples",
            "bench",
            "cli",
            "cli.spi")) {
      assertTrue(all.containPackage("dev.halyard." + name), name);
    }
  }

  @Test
  void apiUsesTheJdkAlone() {
    classes()
        .that()
        .resideInAnyPackage("dev.halyard", "dev.halyard.spi", "dev.halyard.internal")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "dev.halyard",
                "dev.halyard.spi",
                "dev.halyard.internal",
                "java..",
                "org.jspecify.."))
        .check(all);
  }

  /** What each module may use beside itself, the api's two exported packages and the JDK. */
  @ParameterizedTest(name = "{0} uses {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "runtime  | dev.halyard.internal org.apache.logging.log4j.. jdk.jfr..",
        "cpu      | jdk.incubator.vector..",
        "opencl   | org.jocl..",
        "fpga.xrt | dev.halyard.cli.spi picocli.. javax.xml.stream..",
        "fpga.emulator | dev.halyard.fpga.xrt.. com.google.protobuf..",
        "tck      | dev.halyard.runtime.. dev.halyard.testkit.. org.junit.. org.opentest4j.."
            + " org.HdrHistogram.. picocli.. tools.jackson.. com.sun.management..",
        "onnx     | com.google.protobuf..",
        "examples | dev.halyard.onnx.. ai.djl.. org.apache.commons.compress.. tools.jackson..",
        "bench    | dev.halyard.runtime.. dev.halyard.onnx.. dev.halyard.examples.."
            + " dev.halyard.fpga.emulator ai.onnxruntime.. org.openjdk.jmh.. com.sun.management..",
        "cli      | dev.halyard.runtime.. dev.halyard.onnx.. dev.halyard.examples.."
            + " dev.halyard.bench.. dev.halyard.tck.. picocli.. org.apache.commons.compress.."
            + " tools.jackson.. com.sun.management..",
        "cli.spi  | java..",
      })
  void moduleUsesOnlyWhatItMay(String module, String more) {
    String own = "dev.halyard." + module + "..";

    classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage((EVERYONES + " " + own + " " + more).split(" ")))
        .check(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.halyard.spi",
        "dev.halyard.internal",
        "dev.halyard.runtime..",
        "dev.halyard.cpu..",
        "dev.halyard.opencl..",
        "dev.halyard.fpga..",
        "dev.halyard.onnx.."
      })
  void libraryPrintsNothing(String module) {
    noClasses().that().resideInAPackage(module).should(ACCESS_STANDARD_STREAMS).check(all);
  }

  @Test
  void apiPrintsNothing() {
    noClasses().that().resideInAPackage("dev.halyard").should(ACCESS_STANDARD_STREAMS).check(all);
  }

  @Test
  void nobodyLogsThroughJavaUtilLogging() {
    noClasses().should(USE_JAVA_UTIL_LOGGING).check(all);
  }

  @Test
  void errorsAreTyped() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "dev.halyard.onnx.proto..", "dev.halyard.fpga.emulator.proto..")))
        .should(THROW_GENERIC_EXCEPTIONS)
        .check(all);
  }

  @Test
  void stagesOfTheRuntimeFormNoCycle() {
    slices().matching("dev.halyard.runtime.(*)..").should().beFreeOfCycles().check(all);
  }

  @Test
  void publicIsTheExceptionInTheRuntime() {
    List<JavaClass> types =
        all.stream()
            .filter(type -> type.getPackageName().startsWith("dev.halyard.runtime"))
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
            .toList();
    long open = types.stream().filter(t -> t.getModifiers().contains(JavaModifier.PUBLIC)).count();

    assertTrue(open * 2 < types.size(), open + " of " + types.size() + " types are public");
  }

  @Test
  void everyPackageIsNullMarked() {
    List<String> unmarked =
        packages(all.getPackage("dev.halyard"))
            .filter(p -> !GENERATED.contains(p.getName()))
            .filter(p -> !p.isAnnotatedWith(NullMarked.class))
            .map(JavaPackage::getName)
            .toList();

    assertEquals(List.of(), unmarked);
  }

  private static Stream<JavaPackage> packages(JavaPackage root) {
    return Stream.concat(
        root.getClasses().isEmpty() ? Stream.empty() : Stream.of(root),
        root.getSubpackages().stream().flatMap(ArchitectureTests::packages));
  }
}
