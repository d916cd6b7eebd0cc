package dev.halyard.runtime.reference;

import static dev.halyard.DType.BF16;
import static dev.halyard.DType.BOOL;
import static dev.halyard.DType.F16;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.F64;
import static dev.halyard.DType.I16;
import static dev.halyard.DType.I32;
import static dev.halyard.DType.I64;
import static dev.halyard.DType.I8;
import static dev.halyard.DType.U8;
import static dev.halyard.runtime.reference.Evaluation.NONE;
import static dev.halyard.runtime.reference.Evaluation.literal;
import static dev.halyard.runtime.reference.Evaluation.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.DType;
import dev.halyard.Tensor;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ElementwiseTests {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private static double[] floats(String op, double... x) {
    return one(op, literal(F64, x)).toDoubles();
  }

  private static double[] floats(String op, double[] x, double... y) {
    return one(op, literal(F64, x), literal(F64, y)).toDoubles();
  }

  private static long[] integers(String op, DType dtype, double... x) {
    return one(op, literal(dtype, x)).toLongs();
  }

  private static long[] integers(String op, DType dtype, double[] x, double... y) {
    return one(op, literal(dtype, x), literal(dtype, y)).toLongs();
  }

  private static double[] array(double... values) {
    return values;
  }

  private static long[] longs(long... values) {
    return values;
  }

  private static Tensor cast(DType to, Tensor x) {
    return one("cast/1", NONE.with("to", to), x);
  }

  @Nested
  class Floats {
    @Test
    void signsAreTurnedAndDropped() {
      assertArrayEquals(array(-1.5, 0.0, -0.0, -INF, NAN), floats("neg/1", 1.5, -0.0, 0, INF, NAN));
      assertArrayEquals(array(1.5, 0.0, INF, NAN), floats("abs/1", -1.5, -0.0, -INF, NAN));
    }

    @Test
    void roundingGoesDownUpAndToTheNearestEven() {
      assertArrayEquals(array(-2, 1, -0.0), floats("floor/1", -1.5, 1.5, -0.0));
      assertArrayEquals(array(-1, 2, -0.0), floats("ceil/1", -1.5, 1.5, -0.5));
      assertArrayEquals(array(0, 2, 2, -2, 4), floats("round/1", 0.5, 1.5, 2.5, -2.5, 3.5));
    }

    @Test
    void functionsHaveTheirKnownValues() {
      assertArrayEquals(array(1.5, -0.0, NAN), floats("sqrt/1", 2.25, -0.0, -1));
      assertArrayEquals(array(1, 0, INF), floats("exp/1", 0, -INF, 710));
      assertEquals(Math.E, floats("exp/1", 1)[0], Math.ulp(Math.E));
      assertArrayEquals(array(0, 1, -INF, NAN), floats("log/1", 1, Math.E, 0, -1));
      assertArrayEquals(array(0, 1, NAN), floats("sin/1", 0, Math.PI / 2, INF));
      assertArrayEquals(array(1, -1, NAN), floats("cos/1", 0, Math.PI, INF));
      assertArrayEquals(array(0, 1, -1), floats("tanh/1", 0, 40, -INF));
      assertArrayEquals(array(0, 1, -1, NAN), floats("erf/1", 0, INF, -7, NAN));
    }

    @Test
    void arithmeticFollowsIeee754() {
      assertArrayEquals(array(3, NAN), floats("add/1", array(1, INF), 2, -INF));
      assertArrayEquals(array(-1, NAN), floats("sub/1", array(1, INF), 2, INF));
      assertArrayEquals(array(6, NAN), floats("mul/1", array(2, INF), 3, 0));
      assertArrayEquals(array(-2, INF, NAN), floats("div/1", array(6, 1, 0), -3, 0, 0));
      assertArrayEquals(
          array(1, -1, 1, NAN, 2), floats("rem/1", array(7, -7, 7, 1, 2), 3, 3, -3, 0, INF));
      assertArrayEquals(
          array(8, 0.25, 1, NAN), floats("pow/1", array(2, 2, NAN, -8), 3, -2, 0, 1 / 3.0));
    }

    @Test
    void extremesPropagateNanAndOrderZeros() {
      assertArrayEquals(array(-0.0, NAN, 1), floats("min/1", array(0.0, NAN, 1), -0.0, 1, 2));
      assertArrayEquals(array(0.0, NAN, 2), floats("max/1", array(-0.0, 1, 1), 0.0, NAN, 2));
    }

    @Test
    void comparisonsTakeNanAsUnequalAndZerosAsEqual() {
      double[] x = {1, NAN, -0.0, 1};
      double[] y = {2, NAN, 0.0, 1};
      assertArrayEquals(array(0, 0, 1, 1), floats("eq/1", x, y));
      assertArrayEquals(array(1, 1, 0, 0), floats("ne/1", x, y));
      assertArrayEquals(array(1, 0, 0, 0), floats("lt/1", x, y));
      assertArrayEquals(array(1, 0, 1, 1), floats("le/1", x, y));
      assertArrayEquals(array(0, 0, 0, 0), floats("gt/1", x, y));
      assertArrayEquals(array(0, 0, 1, 1), floats("ge/1", x, y));
    }

    @Test
    void narrowTypesAreRoundedOnce() {
      assertEquals(2048, one("add/1", literal(F16, 2048), literal(F16, 1)).getDouble(0));
      assertEquals(2052, one("add/1", literal(F16, 2048), literal(F16, 3)).getDouble(0));
      assertEquals(INF, one("add/1", literal(F16, 65504), literal(F16, 32)).getDouble(0));
      assertEquals(256, one("add/1", literal(BF16, 256), literal(BF16, 1)).getDouble(0));
      assertEquals(0x1p24, one("add/1", literal(F32, 0x1p24), literal(F32, 1)).getDouble(0));
    }
  }

  @Nested
  class Integers {
    @Test
    void arithmeticWraps() {
      assertArrayEquals(longs(-128, 1), integers("neg/1", I8, -128, -1));
      assertArrayEquals(longs(255, 0), integers("neg/1", U8, 1, 0));
      assertArrayEquals(longs(-128, 5), integers("abs/1", I8, -128, -5));
      assertArrayEquals(longs(-128, 44), integers("add/1", I8, array(127, 22), 1, 22));
      assertArrayEquals(longs(4), integers("add/1", U8, array(250), 10));
      assertArrayEquals(longs(251), integers("sub/1", U8, array(5), 10));
      assertArrayEquals(longs(32767), integers("sub/1", I16, array(-32768), 1));
      assertArrayEquals(longs(0), integers("mul/1", I32, array(0x1p16), 0x1p16));
      assertArrayEquals(longs(144), integers("mul/1", U8, array(20), 20));
    }

    @Test
    void divisionTruncatesAndHasNoTraps() {
      assertArrayEquals(longs(-2, 0, -128), integers("div/1", I8, array(-7, 5, -128), 3, 0, -1));
      assertArrayEquals(longs(85), integers("div/1", U8, array(255), 3));
      assertArrayEquals(longs(Long.MIN_VALUE), integers("div/1", I64, array(-0x1p63), -1));
      assertArrayEquals(longs(-1, 1, 0), integers("rem/1", I32, array(-7, 7, 7), 3, -3, 0));
      assertArrayEquals(longs(0), integers("rem/1", I64, array(-0x1p63), -1));
    }

    @Test
    void powersWrapAndInverseOnesTruncate() {
      assertArrayEquals(
          longs(81, 1, 0, -1, 1, 0, 0),
          integers("pow/1", I32, array(3, 5, 2, -1, -1, 0, 0x1p16), 4, 0, -1, -3, -2, -1, 2));
      assertArrayEquals(longs(-128), integers("pow/1", I8, array(2), 7));
      assertArrayEquals(longs(81), integers("pow/1", U8, array(3), 4));
      assertArrayEquals(longs(1), integers("pow/1", I64, array(-1), -0x1p63));
    }

    @Test
    void orderIsThatOfTheType() {
      assertArrayEquals(longs(255), integers("max/1", U8, array(255), 1));
      assertArrayEquals(longs(1), integers("max/1", I8, array(-1), 1));
      assertArrayEquals(longs(0), integers("lt/1", U8, array(255), 1));
      assertArrayEquals(longs(1), integers("lt/1", I8, array(-1), 1));
    }
  }

  @Nested
  class Truths {
    @Test
    void tablesAreThoseOfLogic() {
      double[] x = {0, 0, 1, 1};
      double[] y = {0, 1, 0, 1};
      assertArrayEquals(longs(1, 1, 0, 0), integers("not/1", BOOL, x));
      assertArrayEquals(longs(0, 0, 0, 1), integers("and/1", BOOL, x, y));
      assertArrayEquals(longs(0, 1, 1, 1), integers("or/1", BOOL, x, y));
      assertArrayEquals(longs(1, 0, 0, 1), integers("eq/1", BOOL, x, y));
    }

    @Test
    void selectTakesTheFirstWhereTheConditionHolds() {
      Tensor chosen =
          one("select/1", literal(BOOL, 1, 0), literal(F32, NAN, 2), literal(F32, 3, -0.0));
      assertArrayEquals(array(NAN, -0.0), chosen.toDoubles());
    }
  }

  @Nested
  class Casts {
    @Test
    void floatsSaturateAndTruncate() {
      Tensor x = literal(F64, 1.9, -1.9, 300, -300, NAN, INF, 1e30);
      assertArrayEquals(longs(1, -1, 127, -128, 0, 127, 127), cast(I8, x).toLongs());
      assertArrayEquals(longs(1, 0, 255, 0, 0, 255, 255), cast(U8, x).toLongs());
      assertArrayEquals(
          longs(1, -1, 300, -300, 0, Long.MAX_VALUE, Long.MAX_VALUE), cast(I64, x).toLongs());
      assertArrayEquals(longs(1, 1, 1, 1, 1, 1, 1), cast(BOOL, x).toLongs());
      assertArrayEquals(longs(0, 0), cast(BOOL, literal(F32, 0.0, -0.0)).toLongs());
    }

    @Test
    void integersKeepTheirLowBits() {
      Tensor x = literal(I32, 300, -1, 65536, -129);
      assertArrayEquals(longs(44, -1, 0, 127), cast(I8, x).toLongs());
      assertArrayEquals(longs(44, 255, 0, 127), cast(U8, x).toLongs());
      assertArrayEquals(longs(1, 1, 1, 1), cast(BOOL, x).toLongs());
      assertArrayEquals(longs(-1, 1), cast(I16, literal(I64, -1, 0x1p40 + 1)).toLongs());
      assertArrayEquals(array(0, 1), cast(F16, literal(BOOL, 0, 1)).toDoubles());
    }

    @Test
    void floatsRoundOnceToTheNearestEven() {
      // To F32 first, this is a tie of F16, which would go down to 1.
      double aboveTie = 1 + 0x1p-11 + 0x1p-40;
      assertEquals(1 + 0x1p-10, cast(F16, literal(F64, aboveTie)).getDouble(0));
      assertEquals(1, cast(F16, literal(F64, 1 + 0x1p-11)).getDouble(0));
      assertEquals(1 + 0x1p-7, cast(BF16, literal(F64, 1 + 0x1p-8 + 0x1p-40)).getDouble(0));
      assertEquals(INF, cast(F16, literal(F32, 65520)).getDouble(0));
      assertEquals(65504, cast(F16, literal(F32, 65519)).getDouble(0));
      assertEquals((float) 0.1, cast(F32, literal(F64, 0.1)).getDouble(0));
    }

    @Test
    void longsRoundOnceToFloats() {
      // A double has no room for the last bit, without which this is a tie of F32.
      Tensor x = Tensor.of(new long[] {(1L << 60) + (1L << 36) + 1, Long.MIN_VALUE, -3});
      assertArrayEquals(array(0x1p60 + 0x1p37, -0x1p63, -3), cast(F32, x).toDoubles());
    }
  }
}
