package dev.halyard.bench.side;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.halyard.bench.side.BenchCase.Launch;
import dev.halyard.bench.side.BenchCase.Mlp;
import dev.halyard.bench.side.BenchCase.Sgemm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class SideTests {
  private static final float TOLERANCE = 1e-4f;

  private static float[] result(SideKind kind, BenchCase benchCase) {
    try (Side side = Sides.open(new SideRequest(kind, benchCase, 1, "cpu:0", ""))) {
      side.run();
      return side.output();
    }
  }

  private static float[] product(Sgemm sgemm) {
    float[] a = Inputs.left(sgemm);
    float[] b = Inputs.right(sgemm);
    float[] c = new float[sgemm.m() * sgemm.n()];
    for (int i = 0; i < sgemm.m(); i++) {
      for (int j = 0; j < sgemm.n(); j++) {
        double sum = 0;
        for (int k = 0; k < sgemm.k(); k++) {
          sum += (double) a[i * sgemm.k() + k] * b[k * sgemm.n() + j];
        }
        c[i * sgemm.n() + j] = (float) sum;
      }
    }
    return c;
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "ONNX_RUNTIME",
        "C_OPENCL",
        "C_XRT",
        "PYTORCH",
        "TORCH_COMPILE",
        "CLBLAST"
      }) // PoCL would take SIGFPE from this JVM
  void everyMultiplierComputesTheProduct(SideKind kind) {
    Sgemm sgemm = new Sgemm(5, 33, 17, false);
    try {
      assertArrayEquals(product(sgemm), result(kind, sgemm), TOLERANCE);
    } catch (SideAbsentException e) {
      abort(e.getMessage());
    }
  }

  @Test
  void constantWeightsGiveTheSame() {
    Sgemm sgemm = new Sgemm(5, 33, 17, true);

    assertArrayEquals(product(sgemm), result(SideKind.HALYARD, sgemm), TOLERANCE);
  }

  @Test
  void modelWrittenForOnnxRuntimeIsTheNetwork() {
    float[] theirs = result(SideKind.ONNX_RUNTIME, new Mlp());

    assertEquals(5, theirs.length);
    assertArrayEquals(result(SideKind.HALYARD, new Mlp()), theirs, TOLERANCE);
  }

  @Test
  void launchHasAsManyRegionsAsItsNameSays() {
    float[] y = result(SideKind.HALYARD, new Launch());

    float[] x = Inputs.launch(y.length);
    int columns = (int) Math.sqrt(y.length);
    for (int stage = 0; stage < Launch.REGIONS / 2; stage++) {
      takeHalfTheMean(x, columns);
    }
    assertArrayEquals(x, y, TOLERANCE);
  }

  private static void takeHalfTheMean(float[] x, int columns) {
    for (int row = 0; row < x.length; row += columns) {
      double sum = 0;
      for (int i = row; i < row + columns; i++) {
        sum += x[i];
      }
      for (int i = row; i < row + columns; i++) {
        x[i] -= (float) (sum * 0.5 / columns);
      }
    }
  }

  @Test
  void caseOfAnotherPeerIsAbsent() {
    SideAbsentException absent =
        assertThrows(
            SideAbsentException.class, () -> result(SideKind.OPENBLAS, BenchCase.of("minilm-s1")));

    assertTrue(absent.getMessage().contains("minilm-s1"), absent.getMessage());
  }
}
