package dev.halyard.runtime.reference;

import static dev.halyard.DType.F16;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.F64;
import static dev.halyard.DType.I32;
import static dev.halyard.DType.I8;
import static dev.halyard.DType.U8;
import static dev.halyard.runtime.reference.Evaluation.NONE;
import static dev.halyard.runtime.reference.Evaluation.all;
import static dev.halyard.runtime.reference.Evaluation.assertHolds;
import static dev.halyard.runtime.reference.Evaluation.counting;
import static dev.halyard.runtime.reference.Evaluation.literal;
import static dev.halyard.runtime.reference.Evaluation.one;
import static dev.halyard.runtime.reference.Evaluation.shape;
import static dev.halyard.runtime.reference.Evaluation.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Bodies of composites against their formulas, written out in doubles. */
class CompositeTests {
  private static final double RELATIVE = 1e-13;
  private static final double[] POINTS = {
    -700, -40, -20, -5.5, -3, -1, -0.25, -1e-9, 1e-9, 0.25, 1, 2.5, 3, 7, 20, 40, 700
  };

  private static void assertNear(double wanted, double found, String where) {
    assertEquals(wanted, found, RELATIVE * Math.abs(wanted) + 1e-300, where);
  }

  private static void assertNear(double[] wanted, Tensor found) {
    assertEquals(wanted.length, found.elements());
    for (int i = 0; i < wanted.length; i++) {
      assertEquals(wanted[i], found.getDouble(i), 1e-12 * (1 + Math.abs(wanted[i])), "at " + i);
    }
  }

  @Nested
  class Activations {
    private void follows(String op, Attributes attributes, DoubleUnaryOperator formula) {
      double[] found = one(op, attributes, literal(F64, POINTS)).toDoubles();
      for (int i = 0; i < POINTS.length; i++) {
        assertNear(formula.applyAsDouble(POINTS[i]), found[i], op + " at " + POINTS[i]);
      }
    }

    @Test
    void sigmoidsFollowTheirFormulas() {
      follows("halyard.sigmoid/1", NONE, x -> 1 / (1 + Math.exp(-x)));
      follows("halyard.silu/1", NONE, x -> x / (1 + Math.exp(-x)));
      follows(
          "halyard.hard_sigmoid/1",
          NONE.with("alpha", 0.25).with("beta", 0.5),
          x -> Math.clamp(x * 0.25 + 0.5, 0.0, 1.0));
      follows("halyard.hard_swish/1", NONE, x -> x * Math.clamp(x + 3, 0.0, 6.0) / 6);
    }

    @Test
    void rectifiersFollowTheirFormulas() {
      follows("halyard.relu/1", NONE, x -> Math.max(x, 0));
      follows("halyard.leaky_relu/1", NONE.with("alpha", 0.125), x -> x >= 0 ? x : x / 8);
      follows("halyard.elu/1", NONE.with("alpha", 2.0), x -> x >= 0 ? x : 2 * Math.expm1(x));
      follows("halyard.softplus/1", NONE, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
      follows(
          "halyard.clip/1", NONE.with("min", -1.0).with("max", 2.5), x -> Math.clamp(x, -1, 2.5));
    }

    @Test
    void gelusFollowTheirFormulas() {
      double[] found = one("halyard.gelu.erf/1", literal(F64, -1, 0.5, 3)).toDoubles();
      // x times the normal distribution at x: 0.158655253931457, 0.691462461274013,
      // 0.998650101968370.
      double[] wanted = {-0.158655253931457, 0.345731230637007, 2.995950305905110};
      for (int i = 0; i < wanted.length; i++) {
        assertEquals(wanted[i], found[i], 2e-15);
      }
      double[] near = one("halyard.gelu.tanh/1", literal(F64, -1, 0.5, 3)).toDoubles();
      for (int i = 0; i < near.length; i++) {
        double x = new double[] {-1, 0.5, 3}[i];
        double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        assertNear(0.5 * x * (1 + Math.tanh(inner)), near[i], "at " + x);
      }
    }

    @Test
    void inversesFollowTheirFormulas() {
      follows("halyard.reciprocal/1", NONE, x -> 1 / x);
      double[] roots = one("halyard.rsqrt/1", literal(F64, 0.25, 4, -1, 0)).toDoubles();
      assertEquals("[2.0, 0.5, NaN, Infinity]", Arrays.toString(roots));
    }

    @Test
    void storageTypesAreRoundedOnceAtTheEnd() {
      // In F16 the square root of 1e-7 alone would be off by 2^-11.
      double x = literal(F16, 1e-7).getDouble(0);
      double found = one("halyard.rsqrt/1", literal(F16, x)).getDouble(0);
      assertEquals(literal(F16, 1 / Math.sqrt(x)).getDouble(0), found);
    }
  }

  @Nested
  class Normalizations {
    private final Tensor x = tensor(F64, shape(2, 3), 1, -2, 0.5, 100, 101, 103);

    private double[] rows(UnaryOperator<double[]> row) {
      double[] all = x.toDoubles();
      double[] a = row.apply(Arrays.copyOfRange(all, 0, 3));
      double[] b = row.apply(Arrays.copyOfRange(all, 3, 6));
      return new double[] {a[0], a[1], a[2], b[0], b[1], b[2]};
    }

    private double[] map(double[] row, DoubleUnaryOperator function) {
      return Arrays.stream(row).map(function).toArray();
    }

    @Test
    void softmaxSumsToOne() {
      double[] wanted =
          rows(
              row -> {
                double sum = Arrays.stream(row).map(v -> Math.exp(v - row[2])).sum();
                return map(row, v -> Math.exp(v - row[2]) / sum);
              });
      assertNear(wanted, one("halyard.softmax/1", NONE.with("axis", -1L), x));
      assertNear(map(wanted, Math::log), one("halyard.log_softmax/1", NONE.with("axis", 1L), x));
    }

    @Test
    void meansDivideByTheCount() {
      Attributes rows = NONE.with("axes", shape(1)).with("keep_dims", false);
      assertNear(new double[] {-0.5 / 3, 304 / 3.0}, one("halyard.mean/1", rows, x));
      Attributes all = NONE.with("axes", shape(0)).with("keep_dims", false);
      assertHolds(one("halyard.mean/1", all, literal(U8, 250, 251, 253)), shape(), 251);
    }

    @Test
    void layerNormCentresAndScales() {
      Tensor scale = literal(F64, 1, 2, 3);
      Tensor bias = literal(F64, 0.5, 0, -1);
      double[] wanted =
          rows(
              row -> {
                double mean = Arrays.stream(row).average().orElseThrow();
                double variance = Arrays.stream(row).map(v -> (v - mean) * (v - mean)).sum() / 3;
                double[] unit = map(row, v -> (v - mean) / Math.sqrt(variance + 1e-5));
                return new double[] {unit[0] + 0.5, unit[1] * 2, unit[2] * 3 - 1};
              });
      Attributes attributes = NONE.with("axis", -1L).with("epsilon", 1e-5);
      assertNear(wanted, one("halyard.layer_norm/1", attributes, x, scale, bias));
    }

    @Test
    void rmsNormScalesOnly() {
      double[] wanted =
          rows(
              row -> {
                double square = Arrays.stream(row).map(v -> v * v).sum() / 3;
                return map(row, v -> v / Math.sqrt(square + 1e-3) * 2);
              });
      Attributes attributes = NONE.with("axis", 1L).with("epsilon", 1e-3);
      assertNear(wanted, one("halyard.rms_norm/1", attributes, x, literal(F64, 2, 2, 2)));
    }

    @Test
    void batchNormWorksPerChannel() {
      Tensor found =
          one(
              "halyard.batch_norm/1",
              NONE.with("epsilon", 0.0),
              counting(F64, 1, 2, 2),
              literal(F64, 2, 3),
              literal(F64, 10, 20),
              literal(F64, 1, 3),
              literal(F64, 4, 0.25));
      assertNear(new double[] {10, 11, 20, 26}, found);
    }

    @Test
    void attentionWeighsTheRowsOfV() {
      Tensor q = tensor(F64, shape(1, 2), 1, 0);
      Tensor k = tensor(F64, shape(2, 2), 2, 5, 0, 7);
      Tensor v = tensor(F64, shape(2, 1), 10, 20);
      double a = Math.exp(2 * 0.5);
      Attributes scale = NONE.with("scale", 0.5);
      assertNear(
          new double[] {(10 * a + 20) / (a + 1)}, one("halyard.attention/1", scale, q, k, v));
      Tensor mask = tensor(F64, shape(1, 2), Double.NEGATIVE_INFINITY, 0);
      assertNear(new double[] {20}, one("halyard.attention/1", scale, q, k, v, mask));
    }
  }

  @Nested
  class Windows {
    private final Attributes pool =
        NONE.with("window", shape(2))
            .with("strides", shape(1))
            .with("dilations", shape(1))
            .with("pad_low", shape(1))
            .with("pad_high", shape(0));

    @Test
    void poolsSlideOverSpatialAxes() {
      Tensor x = tensor(F32, shape(1, 2, 2), 1, 3, -5, -7);
      assertHolds(one("halyard.max_pool/1", pool, x), shape(1, 2, 2), 1, 3, -5, -5);
      assertHolds(
          one("halyard.average_pool/1", pool.with("count_padding", true), x),
          shape(1, 2, 2),
          0.5,
          2,
          -2.5,
          -6);
      assertHolds(
          one("halyard.average_pool/1", pool.with("count_padding", false), x),
          shape(1, 2, 2),
          1,
          2,
          -5,
          -6);
    }

    @Test
    void convTransposeSpreadsEveryElement() {
      Attributes attributes =
          NONE.with("strides", shape(2))
              .with("dilations", shape(1))
              .with("pad_low", shape(0))
              .with("pad_high", shape(0))
              .with("groups", 1L);
      Tensor x = tensor(F32, shape(1, 1, 2), 1, 10);
      Tensor w = tensor(F32, shape(1, 1, 3), 1, 2, 3);
      assertHolds(
          one("halyard.conv_transpose/1", attributes, x, w), shape(1, 1, 5), 1, 2, 13, 20, 30);
      Attributes cropped = attributes.with("pad_low", shape(1)).with("pad_high", shape(1));
      assertHolds(one("halyard.conv_transpose/1", cropped, x, w), shape(1, 1, 3), 2, 13, 20);
    }

    @Test
    void resizingSamplesOrInterpolates() {
      Tensor x = literal(F64, 0, 10, 20);
      Attributes six = NONE.with("sizes", Shape.of(6));
      assertHolds(one("halyard.resize.nearest/1", six, x), shape(6), 0, 0, 10, 10, 20, 20);
      assertHolds(one("halyard.resize.linear/1", six, x), shape(6), 0, 2.5, 7.5, 12.5, 17.5, 20);
      Attributes two = NONE.with("sizes", Shape.of(2));
      assertHolds(one("halyard.resize.nearest/1", two, x), shape(2), 0, 10);
      assertHolds(one("halyard.resize.linear/1", two, x), shape(2), 2.5, 17.5);
    }

    @Test
    void runningSumsIncludeTheirElement() {
      Attributes rows = NONE.with("axis", 1L);
      assertHolds(
          one("halyard.cumsum/1", rows, counting(I8, 2, 3)), shape(2, 3), 1, 3, 6, 4, 9, 15);
      assertHolds(one("halyard.cumsum/1", rows, counting(F32, 0, 3)), shape(0, 3));
    }
  }

  @Nested
  class Orders {
    @Test
    void topKTakesTheFirstOfTheOrder() {
      Tensor x = literal(F32, 3, Double.NaN, 5, 3);
      Attributes two = NONE.with("k", 2L).with("axis", 0L);
      List<Tensor> greatest = all("halyard.top_k/1", two.with("largest", true), x);
      assertHolds(greatest.get(0), shape(2), Double.NaN, 5);
      assertHolds(greatest.get(1), shape(2), 1, 2);
      List<Tensor> least = all("halyard.top_k/1", two.with("largest", false), x);
      assertHolds(least.get(1), shape(2), 0, 3);
    }

    @Test
    void argminTakesTheFirstLeastAndNoNan() {
      Attributes all = NONE.with("axis", 0L).with("keep_dims", true);
      Tensor x = literal(F32, Double.NaN, 2, -0.0, 0.0);
      assertHolds(one("halyard.argmin/1", all, x), shape(1), 2);
      assertHolds(one("halyard.argmin/1", all, literal(I8, 5, -128, -128)), shape(1), 1);
      assertHolds(one("halyard.argmin/1", all, literal(U8, 200, 3)), shape(1), 1);
    }
  }

  @Nested
  class Quantized {
    @Test
    void productsAreExactUpToOneRounding() {
      // ((7 - 2) * (4 - 1) + (2 - 2) * (9 - 1) + 1) * 0.5 * 0.5 / 0.5 = 8.
      Tensor found =
          one(
              "halyard.qmatmul/1",
              NONE.with("rounding", "HALF_EVEN").with("to", I8),
              tensor(I8, shape(1, 2), 7, 2),
              Tensor.scalar(F32, 0.5),
              Tensor.scalar(I8, 2),
              tensor(U8, shape(2, 1), 4, 9),
              Tensor.scalar(F32, 0.5),
              Tensor.scalar(U8, 1),
              Tensor.scalar(F32, 0.5),
              Tensor.scalar(I8, -3),
              literal(I32, 1));
      assertHolds(found, shape(1, 1), 5);
    }

    @Test
    void paddingOfConvolutionsStandsForZero() {
      Attributes attributes =
          NONE.with("rounding", "HALF_UP")
              .with("to", U8)
              .with("strides", shape(1))
              .with("dilations", shape(1))
              .with("input_dilations", shape(1))
              .with("pad_low", shape(1))
              .with("pad_high", shape(0))
              .with("groups", 1L);
      Tensor found =
          one(
              "halyard.qconv/1",
              attributes,
              tensor(U8, shape(1, 1, 2), 130, 125),
              Tensor.scalar(F32, 1),
              Tensor.scalar(U8, 128),
              tensor(I8, shape(1, 1, 2), 1, 1),
              literal(F32, 0.5),
              literal(I8, 0),
              Tensor.scalar(F32, 1),
              Tensor.scalar(U8, 10));
      // 2, 2 - 3; halved 1 and -0.5, which goes up to 0.
      assertHolds(found, shape(1, 1, 2), 11, 10);
    }
  }
}
