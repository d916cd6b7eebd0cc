package dev.halyard.tck.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceLevelsTests {
  private static final String ENTRY =
      """
      [{"device": "cpu:0", "kernelClass": "matmulS", "shape": [64, 32, 16], "dtype": "F32",
        "batch": 8, "p50Micros": 10, "p99Micros": 40.5}]\
      """;

  @Test
  void readsAnEntry() {
    assertEquals(
        List.of(
            new ServiceLevels.Level(
                "cpu:0", "matmulS", List.of(64L, 32L, 16L), DType.F32, 8, 10, 40.5)),
        ServiceLevels.parse(ENTRY));
  }

  @Test
  void refusesWhatIsMalformedAndNamesTheEntry() {
    assertRefused(ENTRY.replace("matmulS", "matmulXL"), "kernelClass is 'matmulXL'");
    assertRefused(ENTRY.replace("40.5", "9.5"), "0 < p50Micros <= p99Micros");
    assertRefused(ENTRY.replace("[64, 32, 16]", "[64, 0, 16]"), "an extent wants a whole number");
    assertRefused(ENTRY.replace("F32", "F31"), "entry 0");
    assertRefused(ENTRY.replace("\"batch\": 8,", ""), "batch wants a number, found null");
    assertRefused(ENTRY.replace("batch", "batches"), "unknown name 'batches'");
    assertRefused(ENTRY.substring(1), "no JSON array");
    assertRefused(ENTRY.replace("[64, 32, 16]", "[64, 32]"), "a shape of 3 extents");
    assertRefused(
        ENTRY.replace("matmulS", "matmulL"), "262144 multiplications, which is a matmulS");
    assertRefused(ENTRY.replace("matmulS", "fused").replace("F32", "I8"), "not computed in I8");
    String entry = ENTRY.substring(1, ENTRY.length() - 1);
    assertRefused("[" + entry + "," + entry + "]", "promised twice");
  }

  private static void assertRefused(String json, String wanted) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> ServiceLevels.parse(json))
                .getMessage());
    assertTrue(message.contains(wanted), message);
  }

  @Test
  void aClassOfTheJdkDeclaresNothing() {
    assertTrue(ServiceLevels.of(String.class).isEmpty());
  }
}
