package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.emulator.ShimClient.UNIT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRegisters;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.fpga.xrt.dense.PackedWeights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel {@code dense} as a unit of a board, seen through the shim's protocol. */
class DenseBoardTests {
  private static final int READ_LATENCY = 30;
  private static final int WRITE_LATENCY = 20;
  private static final long X = 0x10_0000;
  private static final long WEIGHTS = 0x20_0000;
  private static final long Y = TestDevice.HIGH.address() + 0x30_0006;
  private static final EmulationImage IMAGE =
      new EmulationImage(
          List.of(TestDevice.LOW, TestDevice.HIGH),
          List.of(
              new UnitSpec(
                  "dense:dense_1",
                  UNIT,
                  Optional.of(DenseDesign.verilogHash()),
                  Optional.of(DenseDesign.TOP))),
          UnitTiming.fixed(READ_LATENCY, WRITE_LATENCY));

  @TempDir Path xrt;

  @Test
  void withoutItsLibraryTheModelRunsAndTheBoardSaysSo() throws Exception {
    String hash = DenseDesign.verilogHash();
    assertComputes(Map.of(), "dense:dense_1 model the design " + hash + " was not built here");
  }

  @Test
  void withItsLibraryTheRtlRunsAndTheBoardSaysSo() throws Exception {
    Lanes.require("rtl");
    String hash = DenseDesign.verilogHash();
    assertComputes(
        Map.of(hash, new UnitBuilder(Units.CACHE).build()), "dense:dense_1 rtl design " + hash);
  }

  private void assertComputes(Map<String, Path> designs, String report) throws Exception {
    BoardFolder folder = BoardFolder.fresh();
    try (EmulatedBoard board = EmulatedBoard.start(folder, xrt, designs);
        ShimClient client =
            new ShimClient(folder.path(), FakeShim.listen(folder.socket()).accept())) {
      assertTrue(client.load(IMAGE.toBytes()), () -> "" + board.lines());
      assertEquals(List.of(report), board.units());
      RandomRuns random = new RandomRuns(11);
      for (int i = 0; i < 5; i++) {
        assertRuns(client, random.layer(40, 100), random);
      }
    }
  }

  private static void assertRuns(ShimClient client, DenseLayer layer, RandomRuns random)
      throws IOException {
    short[] x = random.input(layer, 1);
    client.copyTo(X, bytes(x, layer.format().wideInput()));
    client.copyTo(WEIGHTS, packed(layer));
    DenseRun run = new DenseRun(X, WEIGHTS, Y, 1, layer.rows(), layer.cols(), layer.format());
    start(client, run);
    assertEquals(6, client.awaitEndOfRun());
    assertEquals(DenseRegisters.STATUS_OKAY, client.readRegister(UNIT + DenseRegisters.STATUS));
    ByteString y = client.copyFrom(Y, (int) run.yBytes()).getDest();
    assertArrayEquals(
        bytes(layer.apply(x), layer.format().wideOutput()).toByteArray(), y.toByteArray());
    assertEquals(
        DenseCycles.of(run, READ_LATENCY, WRITE_LATENCY),
        Integer.toUnsignedLong(client.readRegister(UNIT + DenseRegisters.CYCLES)),
        "cycles do not depend on the host");
  }

  /** Writes what the shim would: every register up to the last argument, without and with start. */
  private static void start(ShimClient client, DenseRun run) throws IOException {
    for (int start = 0; start < 2; start++) {
      assertTrue(
          client.writeRegisters(
              UNIT,
              start,
              0,
              0,
              0,
              (int) run.x(),
              (int) (run.x() >> 32),
              0,
              (int) run.weights(),
              (int) (run.weights() >> 32),
              0,
              (int) run.y(),
              (int) (run.y() >> 32),
              0,
              (int) run.batch(),
              0,
              run.rows(),
              0,
              run.cols(),
              0,
              run.format().mode()));
    }
  }

  private static ByteString packed(DenseLayer layer) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment packed =
          arena.allocate(
              PackedWeights.bytes(layer.rows(), layer.cols(), layer.format()),
              PackedWeights.ALIGNMENT);
      PackedWeights.pack(layer, packed);
      return ByteString.copyFrom(packed.asByteBuffer());
    }
  }

  private static ByteString bytes(short[] values, boolean wide) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (short value : values) {
      if (wide) {
        bytes.putShort(value);
      } else {
        bytes.put((byte) value);
      }
    }
    return ByteString.copyFrom(bytes.flip());
  }
}
