package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_BAD_ARGUMENT;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_OKAY;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_READ_DECERR;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_WRITE_DECERR;

import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.fpga.xrt.dense.PackedWeights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;

/** Computes a run of the kernel {@code dense} in memory, by {@link DenseLayer}. */
final class ModelRun {
  private static final ValueLayout.OfShort WIDE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ModelRun() {}

  /** Computes y, and {@return the status of the run; y is written only where that is OKAY} */
  static int compute(DenseRun run, ModelMemory memory) {
    Optional<MemorySegment> x = memory.at(run.x(), run.xBytes());
    Optional<MemorySegment> weights = memory.at(run.weights(), run.weightBytes());
    Optional<MemorySegment> y = memory.at(run.y(), run.yBytes());
    if (x.isEmpty() || weights.isEmpty()) {
      return STATUS_READ_DECERR;
    }
    if (y.isEmpty()) {
      return STATUS_WRITE_DECERR;
    }
    try {
      DenseLayer layer = PackedWeights.unpack(weights.get(), run.rows(), run.cols(), run.format());
      apply(layer, run, x.get(), y.get());
      return STATUS_OKAY;
    } catch (IllegalArgumentException notPacked) {
      return STATUS_BAD_ARGUMENT;
    }
  }

  private static void apply(DenseLayer layer, DenseRun run, MemorySegment x, MemorySegment y) {
    short[] row = new short[run.cols()];
    for (long i = 0; i < run.batch(); i++) {
      for (int col = 0; col < row.length; col++) {
        row[col] = get(x, i * row.length + col, run.format().wideInput());
      }
      short[] result = layer.apply(row);
      for (int n = 0; n < result.length; n++) {
        set(y, i * result.length + n, result[n], run.format().wideOutput());
      }
    }
  }

  private static short get(MemorySegment memory, long index, boolean wide) {
    return wide ? memory.get(WIDE, index * Short.BYTES) : memory.get(ValueLayout.JAVA_BYTE, index);
  }

  private static void set(MemorySegment memory, long index, short value, boolean wide) {
    if (wide) {
      memory.set(WIDE, index * Short.BYTES, value);
    } else {
      memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
    }
  }
}
