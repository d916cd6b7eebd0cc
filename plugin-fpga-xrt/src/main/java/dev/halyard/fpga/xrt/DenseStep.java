package dev.halyard.fpga.xrt;

import dev.halyard.CompileException;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.fpga.xrt.dense.PackedWeights;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Region;
import dev.halyard.spi.ValueView;

/**
 * A region as the kernel runs it, with its weights on the board.
 *
 * @param name of the region, for messages
 * @param x what it reads
 * @param y what it writes
 * @param rows of W, which are elements of a row of y
 * @param cols of W, which are elements of a row of x
 * @param format types of the tensors
 * @param weights packed, on the board
 */
record DenseStep(
    String name,
    ValueView x,
    ValueView y,
    int rows,
    int cols,
    DenseFormat format,
    BoardBuffer weights) {
  /** Multiplications in a cycle, at the least that large layers come to: one row at a time. */
  private static final long PRODUCTS_PER_CYCLE = 16;

  /** The most rows that go through the array together. */
  private static final long BLOCK = 16;

  /**
   * Packs the weights of a region and moves them to the board.
   *
   * @param region one that {@link Claims} has claimed
   * @param driver whose board it is for
   */
  static DenseStep of(Region region, XrtDriver driver) {
    DenseLayer layer;
    ValueView x;
    try {
      QuantizedMatmul product = QuantizedMatmul.of(product(region));
      layer = product.layer(region.nodes().size() > 1);
      x = product.input();
    } catch (RefusedException e) {
      throw new CompileException(region.name() + " was not claimed: " + e.getMessage(), e);
    }
    long bytes = PackedWeights.bytes(layer.rows(), layer.cols(), layer.format());
    BoardBuffer weights = driver.allocate(bytes);
    try {
      PackedWeights.pack(layer, driver.call("mapping weights", bytes, weights::host));
      driver.call("moving weights to the board", bytes, () -> moved(weights));
    } catch (RuntimeException | Error e) {
      driver.free(weights);
      throw e;
    }
    return new DenseStep(
        region.name(),
        x,
        region.outputs().getFirst(),
        layer.rows(),
        layer.cols(),
        layer.format(),
        weights);
  }

  private static BoardBuffer moved(BoardBuffer weights) {
    weights.toBoard(0, weights.bytes());
    return weights;
  }

  private static NodeView product(Region region) {
    return region.nodes().stream()
        .filter(node -> node.op().equals(QuantizedMatmul.OP))
        .findFirst()
        .orElseThrow(() -> new CompileException(region.name() + " was not claimed: no product"));
  }

  /** {@return the arguments of a run whose tensors begin at multiples of 64} */
  DenseRun aligned(long batch) {
    return new DenseRun(0, 0, 0, batch, rows, cols, format);
  }

  /** {@return the cycles of such a run, exact on a memory with these fixed latencies} */
  long predictedCycles(long batch, int readLatency, int writeLatency) {
    return DenseCycles.of(aligned(batch), readLatency, writeLatency);
  }

  /**
   * {@return about how many cycles a run takes at most}
   *
   * @param batch rows of x
   * @param timing of the memory
   */
  long mostCycles(long batch, MemoryTiming timing) {
    long blocks = batch / BLOCK;
    long rest = batch % BLOCK;
    // A block begins when the one before is done, so that no more comes of several.
    long predicted = blocks > 0 ? blocks * predicted(BLOCK, timing) : 0;
    predicted += rest > 0 ? predicted(rest, timing) : 0;
    return timing.withStalls(Math.max(batch * rows * cols / PRODUCTS_PER_CYCLE, predicted));
  }

  private long predicted(long batch, MemoryTiming timing) {
    return predictedCycles(batch, timing.readLatency(), timing.writeLatency());
  }
}
