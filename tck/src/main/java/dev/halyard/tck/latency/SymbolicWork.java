package dev.halyard.tck.latency;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.QuantizedLayer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A graph over rows whose number n is a symbol.
 *
 * @param graph with an input x and an output y
 * @param row what becomes of a row of ones
 */
record SymbolicWork(Graph graph, List<Double> row) {
  private static final long MOST = 4096;
  private static final int COLUMNS = 8;

  /**
   * {@return the first that the device claims: twice F32 numbers, or else a quantised layer}
   *
   * @throws NotClaimed if it claims neither
   */
  static SymbolicWork claimed(Trial trial) {
    List<SymbolicWork> all = List.of(doubled(), layer(DType.I8), layer(DType.I16));
    for (SymbolicWork work : all) {
      try {
        trial.subject().compile(work.graph).close();
        return work;
      } catch (NotClaimed refused) {
        trial.record(work.graph.name(), "not claimed");
      }
    }
    throw new NotClaimed("the device claims none of the kit's symbolic graphs");
  }

  private static SymbolicWork doubled() {
    Graph graph =
        Graph.of(
            "symbolic",
            g -> g.output("y", g.input("x", DType.F32, Shape.of(Dim.symbol("n", 1, MOST))).mul(2)));
    return new SymbolicWork(graph, List.of(2.0));
  }

  private static SymbolicWork layer(DType dtype) {
    QuantizedLayer layer =
        QuantizedLayer.random(new SplittableRandom(7), dtype, 9, dtype, COLUMNS, 5).shift(1);
    Graph graph =
        Graph.of(
            "symbolic layer " + dtype,
            g -> {
              Shape rows = Shape.of(Dim.symbol("n", 1, MOST), Dim.of(COLUMNS));
              g.output("y", layer.apply(g, g.input("x", dtype, rows)));
            });
    long[] ones = new long[COLUMNS];
    Arrays.fill(ones, 1);
    return new SymbolicWork(
        graph, Arrays.stream(layer.exact(ones)).mapToObj(value -> (double) value).toList());
  }

  static Dims rows(long n) {
    return Dims.of("n", n);
  }

  /** Makes every element of a tensor the same number. */
  static void fill(Tensor tensor, int value) {
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, value);
    }
  }

  /** Requires that the first rows are those of ones. */
  void require(Tensor y, long rows) {
    for (long i = 0; i < rows * row.size(); i++) {
      double wanted = row.get((int) (i % row.size()));
      if (y.getDouble(i) != wanted) {
        throw new AssertionError(
            "with n = " + rows + ", element " + i + " is " + y.getDouble(i) + ", not " + wanted);
      }
    }
  }
}
