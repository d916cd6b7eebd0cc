package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRun;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bugs put into the RTL are found by what finds none in it. One build has them all. */
@Timeout(1800)
class PlantedBugTests {
  private static final DenseFormat NARROW = new DenseFormat(false, false, false, false);

  private record Bug(String file, String right, String wrong) {}

  private static final Bug BURSTS_IGNORE_BOUNDARIES =
      new Bug("dense_reader.v", "5'd16 - {1'b0, next[3:0]}", "5'd16");
  private static final Bug HALVES_ARE_ROUNDED_DOWN =
      new Bug("dense_array.v", "(shift5 == 6'd0 ? 49'd0 : half)", "(half - 49'd1)");
  private static final Bug WRITES_WAIT_FOR_EACH_OTHER =
      new Bug("dense_writer.v", "open < MOST_OPEN & !flush", "open < 5'd1 & !flush");

  private static Unit buggy() {
    Lanes.require("rtl");
    Map<String, String> files = new TreeMap<>(UnitSources.ofDense().files());
    for (Bug bug :
        new Bug[] {BURSTS_IGNORE_BOUNDARIES, HALVES_ARE_ROUNDED_DOWN, WRITES_WAIT_FOR_EACH_OTHER}) {
      String text = files.get(bug.file());
      assertTrue(text.contains(bug.right()), bug.file() + " has no " + bug.right());
      files.put(bug.file(), text.replace(bug.right(), bug.wrong()));
    }
    UnitSources sources = new UnitSources(files);
    return VerilatedUnit.open(
        new UnitBuilder(Units.CACHE, sources, UnitBuilder.VERILATOR, UnitBuilder.COMPILER).build());
  }

  private static DenseLayer layer(long bias, int shift) {
    long[] biases = new long[40];
    int[] shifts = new int[40];
    Arrays.fill(biases, bias);
    Arrays.fill(shifts, shift);
    return DenseLayer.of(40, 100, NARROW, new short[4000], biases, shifts);
  }

  @Test
  void checkerFindsBurstsAcrossFourKilobytes() {
    try (Unit unit = buggy();
        Arena arena = Arena.ofConfined()) {
      DenseHost host = new DenseHost(unit, arena, 1 << 20);
      DenseLayer layer = layer(0, 0);
      host.run(host.place(layer, new short[100], 1, new DenseHost.Places(0, 64 * 60, 64)));

      assertNotEquals(0, unit.violations());
      assertTrue(unit.firstViolation().contains("AR crosses 4 KB"), unit::firstViolation);
    }
  }

  @Test
  void modelFindsHalvesThatAreRoundedDown() {
    try (Unit unit = buggy();
        Arena arena = Arena.ofConfined()) {
      DenseHost host = new DenseHost(unit, arena, 1 << 20);
      DenseLayer layer = layer(6, 2);
      short[] x = new short[100];
      DenseHost.Outcome outcome = host.run(host.place(layer, x, 1, new DenseHost.Places(0, 0, 64)));

      assertEquals(2, DenseHost.expected(layer, x, 1)[0]);
      assertFalse(Arrays.equals(DenseHost.expected(layer, x, 1), outcome.y()));
    }
  }

  @Test
  void predictionFindsWritesThatWaitForEachOther() {
    try (Unit unit = buggy();
        Arena arena = Arena.ofConfined()) {
      DenseHost host = new DenseHost(unit, arena, 1 << 20);
      unit.timing(UnitTiming.fixed(5, 5));
      short[] x = new short[16 * 100];
      DenseRun run = host.place(layer(0, 0), x, 16, new DenseHost.Places(0, 0, 64));

      assertNotEquals(DenseCycles.of(run, 5, 5), host.run(run).cycles());
    }
  }
}
