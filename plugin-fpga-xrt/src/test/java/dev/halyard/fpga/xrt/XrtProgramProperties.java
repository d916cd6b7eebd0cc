package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** What the board computes is what the operations mean, bit by bit. */
class XrtProgramProperties {
  private static Session session;

  @BeforeContainer
  static void open() {
    session = Session.open();
  }

  @AfterContainer
  static void close() {
    session.close();
    session.requireNothingLeft();
  }

  @Property(tries = 60)
  void aProductIsThatOfTheReferenceAndOfTheCpu(
      @ForAll @IntRange(min = 1, max = 40) int rows,
      @ForAll @IntRange(min = 1, max = 70) int inner,
      @ForAll @IntRange(min = 1, max = 50) int columns,
      @ForAll boolean wide,
      @ForAll long seed) {
    Product product = Product.any(seed);
    DType a = wide ? DType.I16 : DType.I8;
    assertSame(product.graph(a, rows, inner, columns), product.integers(a, rows, inner));
  }

  @Property(tries = 30)
  void layersWithAnyReluBetweenAreThoseOfTheReferenceAndOfTheCpu(
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll @IntRange(min = 1, max = 40) int first,
      @ForAll @IntRange(min = 1, max = 40) int second,
      @ForAll @IntRange(min = 0, max = 2) int kind,
      @ForAll long seed) {
    Product product = Product.any(seed);
    Graph graph =
        Graph.of(
            "layers",
            g -> {
              Value hidden = product.of(g, g.input("x", DType.I8, rows, 20), first);
              g.output("y", product.of(g, activated(hidden, kind), second));
            });
    assertSame(graph, product.integers(DType.I8, rows, 20));
  }

  private static Value activated(Value x, int kind) {
    return switch (kind) {
      case 0 -> x.relu();
      case 1 -> x.max(0);
      default -> x;
    };
  }

  @Property(tries = 20)
  void batchAxesBecomeRows(
      @ForAll @IntRange(min = 1, max = 5) int outer,
      @ForAll @IntRange(min = 1, max = 4) int rows,
      @ForAll long seed) {
    Product product = Product.any(seed);
    Shape shape = Shape.of(List.of(Dim.of(outer), Dim.of(2), Dim.of(rows), Dim.of(9)));
    assertSame(product.graph(DType.I16, shape, 7), product.integers(DType.I16, outer, 2, rows, 9));
  }

  private static void assertSame(Graph graph, Tensor x) {
    Map<String, Tensor> inputs = Map.of("x", x);
    Tensor found = session.run(graph, inputs).get("y");
    Tensor wanted = new Interpreter().run(graph, inputs).get("y");
    assertArrayEquals(wanted.shape(), found.shape());
    assertArrayEquals(wanted.toLongs(), found.toLongs(), "the reference");
    assertArrayEquals(
        session.runOnCpu(graph, inputs).get("y").toLongs(), found.toLongs(), "the CPU");
  }
}
