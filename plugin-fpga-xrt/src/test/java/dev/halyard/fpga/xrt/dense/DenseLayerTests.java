package dev.halyard.fpga.xrt.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseLayerTests {
  private static final DenseFormat NARROW = new DenseFormat(false, false, false, false);
  private static final DenseFormat WIDE = new DenseFormat(true, true, true, false);
  private static final DenseFormat RELU = new DenseFormat(false, false, false, true);

  private static short of(DenseFormat format, long bias, int shift) {
    DenseLayer layer =
        DenseLayer.of(1, 1, format, new short[] {0}, new long[] {bias}, new int[] {shift});
    return layer.apply(new short[] {0})[0];
  }

  private static short[] filled(int count, int value) {
    short[] filled = new short[count];
    Arrays.fill(filled, (short) value);
    return filled;
  }

  private static String refusal(int rows, int cols, short[] weights, long[] bias, int[] shift) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> DenseLayer.of(rows, cols, NARROW, weights, bias, shift))
        .getMessage();
  }

  @Test
  void productsOfRowsAndInputGetTheirBias() {
    DenseLayer layer =
        DenseLayer.of(
            2, 3, NARROW, new short[] {1, 2, 3, -4, 5, -6}, new long[] {7, 8}, new int[] {0, 0});

    assertArrayEquals(new short[] {39, -31}, layer.apply(new short[] {10, 5, 4}));
  }

  @ParameterizedTest(name = "{0} / 2^{1} is {2}")
  @CsvSource({
    "1, 1, 1",
    "-1, 1, 0",
    "3, 1, 2",
    "-3, 1, -1",
    "5, 1, 3",
    "-5, 1, -2",
    "2, 2, 1",
    "-2, 2, 0",
    "-3, 2, -1",
    "7, 0, 7",
    "-7, 0, -7",
    "17592186044416, 46, 0",
    "35184372088832, 46, 1",
    "-35184372088832, 46, 0",
    "-35184372088833, 46, -1",
    "70368744177663, 48, 0",
    "-70368744177663, 48, 0"
  })
  void halvesAreRoundedUp(long sum, int shift, int expected) {
    assertEquals(expected, of(NARROW, sum, shift));
  }

  @ParameterizedTest
  @CsvSource({"127, 127", "128, 127", "-128, -128", "-129, -128", "70368744177663, 127"})
  void narrowResultsSaturateAtEightBits(long sum, int expected) {
    assertEquals(expected, of(NARROW, sum, 0));
  }

  @ParameterizedTest
  @CsvSource({"32767, 32767", "32768, 32767", "-32768, -32768", "-70368744177663, -32768"})
  void wideResultsSaturateAtSixteenBits(long sum, int expected) {
    assertEquals(expected, of(WIDE, sum, 0));
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 0", "-200, 0, 0", "-3, 2, 0", "3, 2, 1", "200, 0, 127"})
  void reluMakesNegativeResultsZero(long sum, int shift, int expected) {
    assertEquals(expected, of(RELU, sum, shift));
  }

  @Test
  void largestSumOfTheLargestLayerHasFortySevenBits() {
    DenseLayer layer =
        DenseLayer.of(
            1,
            DenseLayer.MOST_COLS,
            WIDE,
            filled(DenseLayer.MOST_COLS, Short.MIN_VALUE),
            new long[] {DenseLayer.BIAS_LIMIT - 1},
            new int[] {33});

    assertEquals((1L << 47) - 1, layer.largestSum());
    short[] y = layer.apply(filled(DenseLayer.MOST_COLS, Short.MIN_VALUE));
    assertEquals(((1L << 47) - 1 + (1L << 32)) >> 33, y[0]);
  }

  @Test
  void whatIsOutOfBoundsIsNamed() {
    short[] one = {1};
    long[] bias = {0};
    int[] shift = {0};

    assertEquals(
        "a dense layer wants 1 to 65536 rows, found 0",
        refusal(0, 1, new short[0], new long[0], new int[0]));
    assertTrue(refusal(1, 65_537, filled(65_537, 1), bias, shift).contains("65536 columns"));
    assertTrue(refusal(1, 2, one, bias, shift).contains("1 * 2 weights, found 1"));
    assertTrue(refusal(1, 1, one, new long[2], shift).contains("1 biases, found 2"));
    assertTrue(refusal(1, 1, one, bias, new int[0]).contains("1 shifts, found 0"));
    assertTrue(refusal(1, 1, new short[] {128}, bias, shift).contains("8 bits, found 128"));
    assertTrue(refusal(1, 1, one, new long[] {1L << 46}, shift).contains("below 2^46"));
    assertTrue(refusal(1, 1, one, bias, new int[] {49}).contains("0 to 48, found 49"));
  }

  @Test
  void inputOfAnotherLengthOrTypeIsRefused() {
    DenseLayer layer = DenseLayer.of(1, 1, NARROW, new short[] {1}, new long[] {0}, new int[] {0});

    assertThrows(IllegalArgumentException.class, () -> layer.apply(new short[2]));
    assertThrows(IllegalArgumentException.class, () -> layer.apply(new short[] {-129}));
  }

  @Test
  void layerHasCopiesOfItsArrays() {
    short[] weights = {1};
    DenseLayer layer = DenseLayer.of(1, 1, NARROW, weights, new long[] {0}, new int[] {0});
    weights[0] = 5;

    assertEquals(1, layer.weight(0, 0));
  }
}
