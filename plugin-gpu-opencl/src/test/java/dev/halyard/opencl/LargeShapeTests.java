package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.testkit.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes beyond one tile, one panel, one work-group and one stage, by both families. */
class LargeShapeTests {
  private static final List<OpenClDriver> DRIVERS = new ArrayList<>();

  @BeforeAll
  static void open() {
    Lanes.require("pocl");
    DRIVERS.add(Drivers.open(Lowering::lower, "family", "cpu"));
    DRIVERS.add(Drivers.open(Lowering::lower, "family", "cpu", "memory", "device"));
    DRIVERS.add(Drivers.open(Lowering::lower, "family", "gpu"));
  }

  @AfterAll
  static void close() {
    DRIVERS.forEach(OpenClDriver::close);
  }

  static Stream<Case> cases() {
    return Stream.of(
        Draft.of(
            "constant panels",
            d -> {
              Value y = d.input(DType.F32, 70, 130).matmul(d.constant(DType.F32, 130, 193));
              return y.add(d.constant(DType.F32, 193)).gelu(Gelu.TANH);
            }),
        Draft.of(
            "panels of an input",
            d -> d.input(DType.F32, 258, 41).matmul(d.input(DType.F32, 41, 1024))),
        Draft.of(
            "panels of an input, and a chain",
            d -> d.input(DType.F32, 258, 41).matmul(d.input(DType.F32, 41, 1024)).relu()),
        Draft.of(
            "columns that fill no tile",
            d -> d.input(DType.F32, 70, 130).matmul(d.input(DType.F32, 130, 193))),
        Draft.of(
            "panels of a batch",
            d -> d.input(DType.F32, 2, 256, 40).matmul(d.input(DType.F32, 2, 40, 1024))),
        Draft.of(
            "one matrix for a batch",
            d -> {
              Value y = d.input(DType.F32, 3, 40, 130).matmul(d.constant(DType.F32, 130, 193));
              return y.add(d.input(DType.F32, 3, 40, 193));
            }),
        Draft.of(
            "a batch with a bias of its own",
            d -> {
              Value y = d.input(DType.F32, 3, 40, 130).matmul(d.constant(DType.F32, 130, 150));
              return y.add(d.input(DType.F32, 3, 1, 150));
            }),
        Draft.of(
            "one matrix on the left",
            d -> d.input(DType.F32, 70, 90).matmul(d.input(DType.F32, 5, 90, 200))),
        Draft.of(
            "half precision",
            d -> {
              Value y = d.input(DType.F16, 66, 200).matmul(d.constant(DType.F16, 200, 210));
              return y.add(d.constant(DType.F16, 210)).relu();
            }),
        Draft.of("sums of rows", d -> d.input(DType.F32, 3, 40_000).reduceSum(false, 1)),
        Draft.of("sums of columns", d -> d.input(DType.F32, 40_000, 3).reduceSum(false, 0)),
        Draft.of("a sum", d -> d.input(DType.F32, 300, 333).reduceSum(false, 0, 1)),
        Draft.of("softmax", d -> d.input(DType.F32, 40, 700).softmax(-1)),
        Draft.of("transposition", d -> d.input(DType.F32, 7, 90, 110).transpose(2, 0, 1)),
        Draft.of(
            "convolution",
            d -> {
              Value w = d.constant(DType.F32, 80, 20, 3, 3);
              Value y = d.input(DType.F32, 2, 20, 23, 27).conv(w, Window.of(3, 3).padding(1, 1), 1);
              return y.add(d.constant(DType.F32, 80, 1, 1)).relu();
            }));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyFamilyComputesWhatTheReferenceDefines(Case tested) {
    for (OpenClDriver driver : DRIVERS) {
      assertTrue(CaseChecks.check(driver, tested, true) > 0);
    }
  }
}
