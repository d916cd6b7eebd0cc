package dev.halyard.opencl;

import dev.halyard.CompileOptions;
import dev.halyard.Dims;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import java.util.Set;

/** Holds what a device computes to the reference. */
final class CaseChecks {
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  // OpenCL C lets division and square root be some units off.
  private static final Set<String> ROUNDED = Set.of();

  private CaseChecks() {}

  /**
   * Runs a case and compares.
   *
   * @param driver of the device
   * @param tested the case
   * @param fusion whether the runtime may fuse
   * @return how many elements were compared
   * @throws AssertionError that names the case, if an element is wrong
   */
  static long check(OpenClDriver driver, Case tested, boolean fusion) {
    return check(driver, tested, CompileOptions.defaults().fusion(fusion));
  }

  /** Runs a case as an application may ask for it, and compares. */
  static long check(OpenClDriver driver, Case tested, CompileOptions options) {
    Comparison expected = Comparison.of(tested, EXACT::evaluate, Dims.none(), ROUNDED);
    try {
      expected.check(
          new CaseRunner(driver, options).run(tested.graph(), tested.inputs(), Dims.none()));
    } catch (AssertionError | RuntimeException e) {
      String how = driver.context().device().model() + ", " + options.fingerprint();
      throw new AssertionError(tested.name() + " on " + how + ": " + e.getMessage(), e);
    }
    return expected.checked();
  }
}
