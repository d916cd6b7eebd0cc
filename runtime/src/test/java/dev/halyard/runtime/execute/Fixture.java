package dev.halyard.runtime.execute;

import static dev.halyard.DType.F32;

import dev.halyard.Device;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.nio.file.Path;

/** A runtime with a fake device, every call across the SPI checked. */
final class Fixture implements AutoCloseable {
  final FakePlugin plugin = new FakePlugin("fake");
  final Halyard halyard;
  final Device device;

  Fixture(Path cache) {
    this(cache, "30000");
  }

  Fixture(Path cache, String drainMillis) {
    halyard =
        Halyard.open(
            Halyard.Config.fromEnvironment()
                .plugin(plugin)
                .cacheFolder(cache)
                .property("halyard.check", "true")
                .property("halyard.drainMillis", drainMillis));
    device = halyard.device("fake:0");
  }

  @Override
  public void close() {
    halyard.close();
  }

  /** {@return y = x + 1 over 4 elements} */
  static Graph increment() {
    return Graph.of("increment", g -> g.output("y", g.input("x", F32, 4).add(1)));
  }

  /** {@return y = relu(x w) for x of [batch, 3]} */
  static Graph layer(Dim batch) {
    return Graph.of(
        "layer",
        g -> {
          Value x = g.input("x", F32, Shape.of(batch, Dim.of(3)));
          g.output("y", x.matmul(g.constant(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)).relu());
        });
  }

  /** {@return a running total: total' = total + x, and y = 2 total'} */
  static Graph total() {
    return Graph.of(
        "total",
        g -> {
          Value total = g.state("total", F32, Shape.of(2));
          Value next = total.add(g.input("x", F32, 2));
          g.update(total, next);
          g.output("y", next.mul(2));
        });
  }
}
