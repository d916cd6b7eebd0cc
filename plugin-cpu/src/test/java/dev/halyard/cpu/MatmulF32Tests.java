package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both matrix products, every vector width of the host, against sums in double precision. */
final class MatmulF32Tests {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final long SEED = Long.getLong("halyard.test.seed", 20260101);

  record Route(String name, Kernels kernels) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Route> routes() {
    return Stream.concat(
        Stream.of(new Route("scalar", new ScalarKernels())),
        IntStream.of(128, 256, 512)
            .filter(bits -> bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize())
            .mapToObj(bits -> new Route(bits + " bits", new VectorKernels(bits))));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void everyRowAndColumnTailIsRight(Route route) {
    for (int m = 1; m <= 14; m++) {
      for (int n = 1; n <= 101; n += n < 18 ? 1 : 7) {
        check(route, m, n, 7);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void sumsOfEveryLengthAreRight(Route route) {
    for (int k : new int[] {0, 1, 2, 13, 383, 384, 385, 1009, 4096}) {
      check(route, 7, 50, k);
      check(route, 1, 207, k);
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void manyRowsPassThroughSeveralRowBlocks(Route route) {
    check(route, 301, 33, 500);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void emptyExtentsWriteNothing(Route route) {
    check(route, 0, 5, 3);
    check(route, 5, 0, 3);
    check(route, 0, 0, 0);
  }

  @ParameterizedTest
  @MethodSource("routes")
  void smallIntegersGiveTheExactProduct(Route route) {
    Random random = new Random(SEED);
    for (int[] shape : new int[][] {{1, 384, 384}, {4, 100, 777}, {23, 97, 401}, {50, 49, 48}}) {
      Case product = new Case(route, shape[0], shape[1], shape[2], 1, 1, true);
      product.fill(index -> random.nextInt(17) - 8);
      product.runWhole();
      product.forEach((expected, bound, actual) -> assertEquals((float) expected, actual));
    }
  }

  @ParameterizedTest
  @MethodSource("routes")
  void transposedOperandPacksAlike(Route route) {
    Case product = new Case(route, 9, 61, 390, 3, 5, false);
    product.fillRandom(new Random(SEED));
    product.runWhole();
    product.check();
  }

  @ParameterizedTest
  @MethodSource("routes")
  void sharesOfRowsAndColumnsMakeTheSameBitsAsTheWhole(Route route) {
    int n = 243;
    Case whole = new Case(route, 29, n, 800, 0, 0, true);
    whole.fillRandom(new Random(SEED));
    whole.runWhole();
    Case shared = new Case(route, 29, n, 800, 0, 0, true);
    shared.fillRandom(new Random(SEED));
    int cut = 2 * route.kernels.panelWidth(n);
    shared.run(0, 13, 0, cut);
    shared.run(13, 29, 0, cut);
    shared.run(0, 29, cut, n);
    assertEquals(-1, whole.c.mismatch(shared.c));
  }

  @ParameterizedTest
  @MethodSource("routes")
  void notANumberAndInfinityStayInTheirRowsAndColumns(Route route) {
    Case product = new Case(route, 8, 20, 30, 0, 0, true);
    product.fill(index -> index % 5);
    product.setA(2, 3, Float.NaN);
    product.setB(4, 17, Float.POSITIVE_INFINITY);
    product.runWhole();
    for (int m = 0; m < 8; m++) {
      for (int n = 0; n < 20; n++) {
        boolean finite = Float.isFinite(product.c(m, n));
        assertEquals(m != 2 && n != 17, finite, "at " + m + ", " + n);
      }
    }
  }

  private static void check(Route route, int m, int n, int k) {
    Case product = new Case(route, m, n, k, 3, 2, true);
    product.fillRandom(new Random(SEED));
    product.runWhole();
    product.check();
  }

  private interface Element {
    void accept(double expected, double bound, float actual);
  }

  /** Operands at unaligned offsets with room between rows, which must stay untouched. */
  private static final class Case {
    private static final float UNTOUCHED = -12345f;
    private static final long OFFSET = 4;

    private final Route route;
    private final int m;
    private final int n;
    private final int k;
    private final int lda;
    private final int ldc;
    private final boolean plain;
    private final MemorySegment a;
    private final MemorySegment b;
    private final MemorySegment c;

    Case(Route route, int m, int n, int k, int gapA, int gapC, boolean plain) {
      this.route = route;
      this.m = m;
      this.n = n;
      this.k = k;
      this.lda = k + gapA;
      this.ldc = n + gapC;
      this.plain = plain;
      Arena arena = Arena.ofAuto();
      a = arena.allocate(OFFSET + (long) m * lda * Float.BYTES, 64);
      b = arena.allocate(OFFSET + (long) k * n * Float.BYTES, 64);
      c = arena.allocate(OFFSET + (long) m * ldc * Float.BYTES, 64);
      for (long at = OFFSET; at < c.byteSize(); at += Float.BYTES) {
        c.set(FLOAT, at, UNTOUCHED);
      }
    }

    void fill(IntUnaryOperator values) {
      for (int i = 0; i < m * lda; i++) {
        a.set(FLOAT, OFFSET + 4L * i, values.applyAsInt(i));
      }
      for (int i = 0; i < k * n; i++) {
        b.set(FLOAT, OFFSET + 4L * i, values.applyAsInt(i));
      }
    }

    void fillRandom(Random random) {
      for (int i = 0; i < m * lda; i++) {
        a.set(FLOAT, OFFSET + 4L * i, random.nextFloat(-1, 1));
      }
      for (int i = 0; i < k * n; i++) {
        b.set(FLOAT, OFFSET + 4L * i, random.nextFloat(-1, 1));
      }
    }

    void setA(int row, int column, float value) {
      a.set(FLOAT, OFFSET + 4L * (row * lda + column), value);
    }

    void setB(int row, int column, float value) {
      b.set(FLOAT, OFFSET + 4L * indexB(row, column), value);
    }

    private int indexB(int row, int column) {
      return plain ? row * n + column : column * k + row;
    }

    float c(int row, int column) {
      return c.get(FLOAT, OFFSET + 4L * (row * ldc + column));
    }

    void runWhole() {
      run(0, m, 0, n);
    }

    void run(int m0, int m1, int n0, int n1) {
      Kernels kernels = route.kernels;
      int width = kernels.panelWidth(n);
      MemorySegment packed = Arena.ofAuto().allocate(8 + kernels.packedBytes(k, n, width), 64);
      int half = n / 2 / width * width;
      kernels.pack(b, OFFSET, plain ? n : 1, plain ? 1 : k, k, 0, half, width, packed, 8);
      kernels.pack(b, OFFSET, plain ? n : 1, plain ? 1 : k, k, half, n, width, packed, 8);
      kernels.matmul(
          a,
          OFFSET + 4L * m0 * lda,
          lda,
          packed,
          8 + 4L * n0 * k,
          width,
          c,
          OFFSET + 4L * (m0 * ldc + n0),
          ldc,
          m1 - m0,
          k,
          n1 - n0);
    }

    void forEach(Element element) {
      for (int row = 0; row < m; row++) {
        for (int column = 0; column < n; column++) {
          double sum = 0;
          double magnitude = 0;
          for (int i = 0; i < k; i++) {
            double term =
                (double) a.get(FLOAT, OFFSET + 4L * (row * lda + i))
                    * b.get(FLOAT, OFFSET + 4L * indexB(i, column));
            sum += term;
            magnitude += Math.abs(term);
          }
          element.accept(sum, gamma(k) * magnitude, c(row, column));
        }
      }
    }

    void check() {
      forEach(
          (expected, bound, actual) ->
              assertTrue(
                  Math.abs(actual - expected) <= bound,
                  () ->
                      route + " " + m + "x" + n + "x" + k + ": " + actual + " for " + expected
                          + ", seed " + SEED));
      for (int row = 0; row < m; row++) {
        for (int column = n; column < ldc; column++) {
          assertEquals(UNTOUCHED, c(row, column), "between rows");
        }
      }
    }

    /** The bound of a recursive sum of k products, n u / (1 - n u): Higham 2002, section 3.1. */
    private static double gamma(int k) {
      double unit = k * 0x1p-24;
      return unit / (1 - unit);
    }
  }
}
