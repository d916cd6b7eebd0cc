package dev.halyard.tck.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Kit;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults that a rule could find by another check: the one made for it must. */
class SingleCheckTests {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "RunMutants$WritesBeside, N-102 F32 beside blocks",
    "MoreNumericalMutants$ConstantsOverwritten, N-103 F32 constants kept",
    "MoreNumericalMutants$Bf16Convolutions, N-202 conv/1 F32 to F32",
    "MoreNumericalMutants$PairsSaturate, N-203 matmul/1 U8 by I8 to I32",
    "MoreNumericalMutants$ProductsHalfUp, N-204 halyard.qmatmul/1 I8 by I8 to I8 HALF_EVEN",
    "MoreNumericalMutants$ProductsHalfUp, N-204 halyard.qconv/1 U8 by I8 to U8 HALF_EVEN",
    "MoreNumericalMutants$DequantizeWraps, N-204 dequantize/1 I8 to F32",
    "MoreNumericalMutants$PowAsInC, N-404 pow/1 F32 grid",
    "MoreNumericalMutants$ArgmaxWithoutNan, N-404 argmax/1 F16 a NaN in a row",
    "NumericalMutants$NanSwallowed, N-404 window_max/1 F32 a NaN in a window",
    "MoreNumericalMutants$PackedWeights, N-601 F32 constant matmul bias gelu",
    "MoreNumericalMutants$BiasDropped, N-602 matmul/1 F32 relu",
    "MoreNumericalMutants$PackedWeights, N-602 matmul/1 F32 constant relu",
    "MoreNumericalMutants$RootWithoutEpsilon, N-603 halyard.batch_norm/1 F32 near epsilon",
    "MoreNumericalMutants$BatchSharesWeights, N-702 matmul/1 I8 batch",
    "MoreNumericalMutants$TransposeIgnored, N-704 matmul/1 F32 transposed operand",
    "MoreNumericalMutants$ReadOnce, N-704 F32 in place: elementwise",
    "MoreNumericalMutants$FullTileLost, N-801 matmul/1 BF16 tiles"
  })
  void isFoundByTheCheckMadeForIt(String mutant, String check) throws Exception {
    Settings settings =
        Settings.quick("mutant:0").plugin("dev.halyard.tck.mutants." + mutant).only(check);

    List<Result> results = Kit.run(settings, EnumSet.of(Area.NUMERICAL), folder, result -> {});

    assertEquals(1, results.size(), "checks run; is there a check '" + check + "'?");
    assertEquals("FAIL", results.getFirst().verdict().toString(), results::toString);
  }
}
