package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops over floats at every vector width of the host, and the scalar ones, against double. */
final class VectorKernelsTests {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final long SEED = Long.getLong("halyard.test.seed", 20260101);
  private static final int[] SIZES = {0, 1, 3, 13, 16, 64, 65, 207, 2046};
  private static final long OFFSET = 4;
  private static final float[] SPECIALS = {
    0f,
    -0f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Math.nextDown(Float.MIN_NORMAL),
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.5f,
    -0.5f,
    1.5f,
    -1.5f,
    2.5f,
    -2.5f,
    1f,
    -1f,
    Math.nextDown(1f),
    Math.nextUp(1f),
    0x1p23f,
    -0x1p23f,
    0x1p23f - 0.5f,
    0.5f - 0x1p23f,
    0x1p24f,
    88.72283f,
    88.72284f,
    -87.33655f,
    -103.97f,
    -103.98f,
    9.01f,
    3.92f,
    4f
  };

  static Stream<Kernels> kernels() {
    return Stream.concat(
        Stream.of(new ScalarKernels()),
        IntStream.of(128, 256, 512)
            .filter(bits -> bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize())
            .mapToObj(VectorKernels::new));
  }

  private static String name(Kernels kernels) {
    return kernels.lanes() + " lanes, seed " + SEED;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void exactFunctionsEqualTheScalarOnes(Kernels kernels) {
    for (Unary op :
        new Unary[] {
          Unary.NEG,
          Unary.ABS,
          Unary.FLOOR,
          Unary.CEIL,
          Unary.ROUND,
          Unary.SQRT,
          Unary.RELU,
          Unary.SIN,
          Unary.COS
        }) {
      for (int n : SIZES) {
        float[] x = anything(n, n);
        float[] y = unary(kernels, op, x);
        for (int i = 0; i < n; i++) {
          assertSame(ScalarMath.unary(op, x[i]), y[i], kernels, op + " of " + x[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void transcendentalFunctionsKeepTheirLimits(Kernels kernels) {
    assertUlps(kernels, Unary.EXP, Math::exp, 3, -110, 95);
    assertUlps(kernels, Unary.EXP, Math::exp, 3, -1, 1);
    assertUlps(kernels, Unary.LOG, Math::log, 3, 0, 100);
    assertUlps(kernels, Unary.LOG, Math::log, 3, 0.5f, 2);
    assertUlps(kernels, Unary.TANH, Math::tanh, 5, -12, 12);
    assertUlps(kernels, Unary.TANH, Math::tanh, 5, -0.5f, 0.5f);
    assertUlps(kernels, Unary.ERF, Erf::f64, 16, -5, 5);
    assertUlps(kernels, Unary.ERF, Erf::f64, 16, -0.1f, 0.1f);
    assertUlps(kernels, Unary.SIGMOID, x -> 1 / (1 + Math.exp(-x)), 8, -110, 20);
    assertUlps(kernels, Unary.SIGMOID, x -> 1 / (1 + Math.exp(-x)), 8, -4, 4);
    assertUlps(kernels, Unary.SILU, x -> x / (1 + Math.exp(-x)), 8, -80, 20);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void transcendentalFunctionsKeepTheirLimitsOverAllBits(Kernels kernels) {
    assertUlps(kernels, Unary.EXP, Math::exp, 3, everyExponent());
    assertUlps(kernels, Unary.LOG, Math::log, 3, everyExponent());
    assertUlps(kernels, Unary.TANH, Math::tanh, 5, everyExponent());
    assertUlps(kernels, Unary.ERF, Erf::f64, 16, everyExponent());
    assertUlps(kernels, Unary.SIGMOID, x -> 1 / (1 + Math.exp(-x)), 8, everyExponent());
    assertUlps(kernels, Unary.EXP, Math::exp, 3, SPECIALS);
    assertUlps(kernels, Unary.LOG, Math::log, 3, SPECIALS);
    assertUlps(kernels, Unary.TANH, Math::tanh, 5, SPECIALS);
    assertUlps(kernels, Unary.ERF, Erf::f64, 16, SPECIALS);
    assertUlps(kernels, Unary.SIGMOID, x -> 1 / (1 + Math.exp(-x)), 8, SPECIALS);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void geluKeepsItsLimit(Kernels kernels) {
    float[] x = uniform(5_000, -12, 12);
    float[] erf = unary(kernels, Unary.GELU_ERF, x);
    float[] tanh = unary(kernels, Unary.GELU_TANH, x);
    for (int i = 0; i < x.length; i++) {
      double expected = ScalarMath.unary(Unary.GELU_ERF, (double) x[i]);
      double bound = 4 * Math.ulp((float) expected) + 16 * 0x1p-23 * Math.abs(x[i]) / 2;
      assertEquals(expected, erf[i], bound, name(kernels) + ", GELU_ERF of " + x[i]);
      expected = ScalarMath.unary(Unary.GELU_TANH, (double) x[i]);
      bound = 4 * Math.ulp((float) expected) + 16 * 0x1p-23 * Math.abs(x[i]) / 2;
      assertEquals(expected, tanh[i], bound, name(kernels) + ", GELU_TANH of " + x[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void binaryFunctionsEqualTheScalarOnes(Kernels kernels) {
    for (Binary op : Binary.values()) {
      for (int n : SIZES) {
        float[] a = anything(n, 1);
        float[] b = anything(n, 2);
        MemorySegment x = segment(a);
        MemorySegment y = segment(b);
        MemorySegment z = segment(new float[n]);
        kernels.binary(op, x, OFFSET, y, OFFSET, z, OFFSET, n);
        float[] c = floats(z);
        for (int i = 0; i < n; i++) {
          assertSame(
              ScalarMath.binary(op, a[i], b[i]), c[i], kernels, op + " of " + a[i] + ", " + b[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void binaryFunctionsOfANumberEqualTheScalarOnes(Kernels kernels) {
    float[] a = anything(207, 1);
    for (Binary op : Binary.values()) {
      for (float s : new float[] {0f, -0f, 1, -1.5f, 6, Float.NaN, Float.NEGATIVE_INFINITY, 2}) {
        MemorySegment z = segment(new float[a.length]);
        kernels.binaryScalar(op, segment(a), OFFSET, s, z, OFFSET, a.length);
        float[] c = floats(z);
        for (int i = 0; i < a.length; i++) {
          assertSame(ScalarMath.binary(op, a[i], s), c[i], kernels, op + " of " + a[i] + ", " + s);
        }
        kernels.scalarBinary(op, s, segment(a), OFFSET, z, OFFSET, a.length);
        c = floats(z);
        for (int i = 0; i < a.length; i++) {
          assertSame(ScalarMath.binary(op, s, a[i]), c[i], kernels, op + " of " + s + ", " + a[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void cubesStayNearPow(Kernels kernels) {
    float[] x = everyExponent();
    MemorySegment y = segment(new float[x.length]);
    kernels.binaryScalar(Binary.POW, segment(x), OFFSET, 3, y, OFFSET, x.length);
    float[] cubes = floats(y);
    for (int i = 0; i < x.length; i++) {
      assertWithin(Math.pow(x[i], 3), cubes[i], 16, kernels, "cube of " + x[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void comparisonsAndSelectionsEqualTheScalarOnes(Kernels kernels) {
    for (int n : SIZES) {
      float[] a = anything(n, 1);
      float[] b = anything(n, 2);
      for (Comparison op : Comparison.values()) {
        MemorySegment bytes = Arena.ofAuto().allocate(3 + n);
        kernels.compare(op, segment(a), OFFSET, segment(b), OFFSET, bytes, 3, n);
        MemorySegment z = segment(new float[n]);
        kernels.select(bytes, 3, segment(a), OFFSET, segment(b), OFFSET, z, OFFSET, n);
        float[] c = floats(z);
        for (int i = 0; i < n; i++) {
          boolean holds = ScalarMath.compare(op, (double) a[i], b[i]);
          assertEquals(holds ? 1 : 0, bytes.get(ValueLayout.JAVA_BYTE, 3 + i));
          assertSame(holds ? a[i] : b[i], c[i], kernels, op + " chose");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void greatestAndLeastHeedNaNAndTheSignOfZero(Kernels kernels) {
    for (int n : SIZES) {
      float[] x = uniform(n, -3, 3);
      assertExtremes(kernels, x);
      for (int at = 0; at < n; at += 1 + n / 7) {
        for (float special : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 99, -99}) {
          float[] changed = x.clone();
          changed[at] = special;
          assertExtremes(kernels, changed);
        }
        float[] zeros = new float[n];
        zeros[at] = -0f;
        assertExtremes(kernels, zeros);
      }
    }
  }

  private static void assertExtremes(Kernels kernels, float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    float min = Float.POSITIVE_INFINITY;
    for (float value : x) {
      max = Math.max(max, value);
      min = Math.min(min, value);
    }
    assertSame(max, kernels.max(segment(x), OFFSET, x.length), kernels, "max");
    assertSame(min, kernels.min(segment(x), OFFSET, x.length), kernels, "min");
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsStayWithinTheBoundOfADotProduct(Kernels kernels) {
    for (int n : SIZES) {
      float[] a = uniform(n, -1, 1);
      float[] b = uniform(n, 0, 2);
      double sum = 0;
      double magnitude = 0;
      double dot = 0;
      double products = 0;
      for (int i = 0; i < n; i++) {
        sum += a[i];
        magnitude += Math.abs(a[i]);
        dot += (double) a[i] * b[i];
        products += Math.abs((double) a[i] * b[i]);
      }
      double unit = (n + 1) * 0x1p-24;
      assertEquals(sum, kernels.sum(segment(a), OFFSET, n), unit * magnitude, name(kernels));
      float actual = kernels.dot(segment(a), OFFSET, segment(b), OFFSET, n);
      assertEquals(dot, actual, unit * products, name(kernels));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void sumsOfExtremesOverflowOnlyAsAWhole(Kernels kernels) {
    float most = Float.MAX_VALUE;
    float[] x = new float[64];
    x[0] = most;
    x[16] = most;
    x[32] = -most;
    assertSame(most, kernels.sum(segment(x), OFFSET, 64), kernels, "sum");
    x[32] = Float.NaN;
    assertTrue(Float.isNaN(kernels.sum(segment(x), OFFSET, 64)));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmaxRowsStayNearDouble(Kernels kernels) {
    for (int n : SIZES) {
      float[] x = uniform(n, -10, 10);
      if (n > 3) {
        x[1] = Float.NEGATIVE_INFINITY;
        x[n - 1] = -1e30f;
      }
      double max = Double.NEGATIVE_INFINITY;
      for (float value : x) {
        max = Math.max(max, value);
      }
      double sum = 0;
      for (float value : x) {
        sum += Math.exp(value - max);
      }
      MemorySegment y = segment(x);
      kernels.softmaxRow(y, OFFSET, y, OFFSET, n);
      float[] softmax = floats(y);
      y = segment(x);
      kernels.logSoftmaxRow(y, OFFSET, y, OFFSET, n);
      float[] log = floats(y);
      for (int i = 0; i < n; i++) {
        double expected = Math.exp(x[i] - max) / sum;
        // The difference from the maximum is rounded, by at most 20 * 2^-24 here.
        assertEquals(expected, softmax[i], expected * (24 + n) * 0x1p-22, name(kernels));
        double expectedLog = x[i] - max - Math.log(sum);
        double bound = Math.abs(expectedLog) * 0x1p-22 + (8 + n) * 0x1p-24;
        if (Double.isInfinite(expectedLog)) {
          assertEquals(Float.NEGATIVE_INFINITY, log[i]);
        } else {
          assertEquals(expectedLog, log[i], bound, name(kernels));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void softmaxOfMaskedRowIsNaNAsDefined(Kernels kernels) {
    float[] x = new float[21];
    Arrays.fill(x, Float.NEGATIVE_INFINITY);
    MemorySegment y = segment(x);
    kernels.softmaxRow(y, OFFSET, y, OFFSET, x.length);
    for (float value : floats(y)) {
      assertTrue(Float.isNaN(value));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void normalizedRowsStayNearDouble(Kernels kernels) {
    for (int n : new int[] {1, 2, 13, 384, 2046}) {
      for (float centre : new float[] {0, 1000}) {
        for (float spread : new float[] {1e-20f, 1, 1e25f}) {
          float from = centre - spread;
          float to = centre + spread;
          float[] x = uniform(n, from, from < to ? to : Math.nextUp(from));
          float[] scale = uniform(n, 0.5f, 2);
          float[] bias = uniform(n, -1, 1);
          assertNormalized(kernels, x, scale, bias);
        }
      }
    }
  }

  private static void assertNormalized(Kernels kernels, float[] x, float[] scale, float[] bias) {
    int n = x.length;
    double epsilon = 1e-5;
    double mean = 0;
    double squares = 0;
    for (float value : x) {
      mean += (double) value / n;
      squares += (double) value * value / n;
    }
    double variance = 0;
    for (float value : x) {
      variance += (value - mean) * (value - mean) / n;
    }
    double factor = 1 / Math.sqrt(variance + epsilon);
    double root = 1 / Math.sqrt(squares + epsilon);
    MemorySegment y = segment(x);
    MemorySegment scales = segment(scale);
    kernels.layerNormRow(y, OFFSET, scales, OFFSET, segment(bias), OFFSET, epsilon, y, OFFSET, n);
    float[] layer = floats(y);
    y = segment(x);
    kernels.rmsNormRow(y, OFFSET, scales, OFFSET, epsilon, y, OFFSET, n);
    float[] rms = floats(y);
    double relative = (n + 16) * 0x1p-24;
    for (int i = 0; i < n; i++) {
      double normal = (x[i] - mean) * factor * scale[i];
      double expected = normal + bias[i];
      double bound = relative * (Math.abs(normal) + 1) + 0x1p-23 * Math.abs(expected);
      assertEquals(expected, layer[i], bound, name(kernels) + ", n " + n + ", " + x[i]);
      expected = x[i] * root * scale[i];
      assertEquals(expected, rms[i], relative * Math.abs(expected), name(kernels));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void fillAndAxpyTouchOnlyTheirElements(Kernels kernels) {
    for (int n : SIZES) {
      MemorySegment y = segment(new float[n + 2]);
      kernels.fill(3, y, OFFSET + 4, n);
      kernels.axpy(2, segment(uniform(n, 1, 2)), OFFSET, y, OFFSET + 4, n);
      float[] values = floats(y);
      float[] x = uniform(n, 1, 2);
      assertEquals(0, values[0]);
      assertEquals(0, values[n + 1]);
      for (int i = 0; i < n; i++) {
        assertEquals(3 + 2.0 * x[i], values[i + 1], 1e-6);
      }
    }
  }

  private static void assertUlps(
      Kernels kernels, Unary op, DoubleUnaryOperator function, int ulps, float from, float to) {
    assertUlps(kernels, op, function, ulps, uniform(5_003, from, to));
  }

  private static void assertUlps(
      Kernels kernels, Unary op, DoubleUnaryOperator function, int ulps, float... x) {
    float[] y = unary(kernels, op, x);
    for (int i = 0; i < x.length; i++) {
      assertWithin(function.applyAsDouble(x[i]), y[i], ulps, kernels, op + " of " + x[i]);
    }
  }

  private static void assertWithin(
      double expected, float actual, int ulps, Kernels kernels, String what) {
    float rounded = (float) expected;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || rounded == 0) {
      boolean near = rounded == 0 && Math.abs(actual) <= ulps * Float.MIN_VALUE;
      boolean large = Float.isInfinite(rounded) && Math.abs(actual) >= 0x1.fffff0p127f;
      if (!Float.isNaN(rounded) && (near || large)) {
        assertEquals(Math.copySign(1f, rounded), Math.copySign(1f, actual), what);
        return;
      }
      assertSame(rounded, actual, kernels, what);
      return;
    }
    double error = Math.abs(actual - expected) / Math.ulp(rounded);
    assertTrue(
        error <= ulps,
        () -> name(kernels) + ": " + what + " is " + actual + ", off by " + error + " ULP");
  }

  private static void assertSame(float expected, float actual, Kernels kernels, String what) {
    assertEquals(expected, actual, name(kernels) + ": " + what);
  }

  private static float[] unary(Kernels kernels, Unary op, float[] x) {
    MemorySegment y = segment(new float[x.length]);
    kernels.unary(op, segment(x), OFFSET, y, OFFSET, x.length);
    float[] result = floats(y);
    MemorySegment inPlace = segment(x);
    kernels.unary(op, inPlace, OFFSET, inPlace, OFFSET, x.length);
    assertEquals(-1, y.mismatch(inPlace), op + " in place, " + name(kernels));
    return result;
  }

  /** Numbers of every size with special values in between. */
  private static float[] anything(int n, int salt) {
    Random random = new Random(SEED + salt);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] =
          switch (random.nextInt(3)) {
            case 0 -> SPECIALS[random.nextInt(SPECIALS.length)];
            case 1 -> random.nextFloat(-10, 10);
            default -> Float.intBitsToFloat(random.nextInt());
          };
    }
    return x;
  }

  /** Numbers with every exponent and sign, subnormal ones included. */
  private static float[] everyExponent() {
    Random random = new Random(SEED);
    float[] x = new float[512 * 16];
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.intBitsToFloat((i / 16) << 23 | random.nextInt(1 << 23));
    }
    return x;
  }

  private static float[] uniform(int n, float from, float to) {
    Random random = new Random(SEED);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextFloat(from, to);
    }
    return x;
  }

  private static MemorySegment segment(float[] values) {
    MemorySegment segment = Arena.ofAuto().allocate(OFFSET + 4L * values.length, 64);
    MemorySegment.copy(values, 0, segment, FLOAT, OFFSET, values.length);
    return segment;
  }

  private static float[] floats(MemorySegment segment) {
    float[] values = new float[(int) (segment.byteSize() - OFFSET) / Float.BYTES];
    MemorySegment.copy(segment, FLOAT, OFFSET, values, 0, values.length);
    return values;
  }
}
