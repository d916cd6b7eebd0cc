package dev.halyard.tck.numerical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Tensor;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternsTests {
  private static final int OFFSET = 1100;

  @ParameterizedTest
  @CsvSource({"F32, -149, 127", "F16, -24, 15", "BF16, -133, 127"})
  void everyExponentOccurs(String name, int least, int greatest) {
    DType dtype = name.equals("F32") ? DType.F32 : name.equals("F16") ? DType.F16 : DType.BF16;
    Tensor x = Patterns.stratified(dtype, 1 << 15, new SplittableRandom(3));
    BitSet found = new BitSet();
    for (double value : x.toDoubles()) {
      if (Double.isFinite(value) && value != 0) {
        found.set(OFFSET + Math.getExponent(value));
      }
    }

    assertEquals(OFFSET + least, found.nextSetBit(0));
    assertEquals(OFFSET + greatest, found.length() - 1);
    assertEquals(greatest - least + 1, found.cardinality());
  }

  @Test
  void specialValuesMeetEachOther() {
    List<Tensor> pairs = Patterns.specialPairs(DType.F32);
    double[] x = pairs.get(0).toDoubles();
    double[] y = pairs.get(1).toDoubles();

    for (double[] pair : new double[][] {{0, 0}, {0, Double.NaN}, {-1, Double.POSITIVE_INFINITY}}) {
      boolean meet = false;
      for (int i = 0; i < x.length; i++) {
        meet |= Double.compare(x[i], pair[0]) == 0 && Double.compare(y[i], pair[1]) == 0;
      }
      assertTrue(meet, () -> pair[0] + " and " + pair[1]);
    }
  }
}
