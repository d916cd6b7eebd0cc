package dev.halyard.runtime.execute;

import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of symbols: from the shapes of tensors, and checked against their bounds. */
final class DimsInference {
  private final Graph graph;
  private Dims dims = Dims.none();

  DimsInference(Graph graph) {
    this.graph = graph;
  }

  /** Takes the values of the symbols that stand alone in a port's shape. */
  void learn(String port, Shape shape, long[] extents) {
    if (shape.rank() != extents.length) {
      throw mismatch(graph, port, shape, extents);
    }
    for (int i = 0; i < extents.length; i++) {
      String symbol = loneSymbol(shape.dim(i));
      if (symbol == null) {
        continue;
      }
      if (dims.has(symbol) && dims.get(symbol) != extents[i]) {
        throw new InvalidGraphException(
            "graph '"
                + graph.name()
                + "', '"
                + port
                + "': dimension '"
                + symbol
                + "' is "
                + dims.get(symbol)
                + " by another tensor, and "
                + extents[i]
                + " by this one of shape "
                + Arrays.toString(extents));
      }
      dims = dims.and(symbol, extents[i]);
    }
  }

  private static @Nullable String loneSymbol(Dim dim) {
    String[] found = {null};
    int[] terms = {0};
    long constant =
        dim.decompose(
            new Dim.Visitor() {
              @Override
              public void symbol(long factor, String name, long min, long max) {
                terms[0] += factor == 1 ? 1 : 2;
                found[0] = name;
              }

              @Override
              public void floorDiv(long factor, Dim of, long divisor) {
                terms[0] += 2;
              }
            });
    return constant == 0 && terms[0] == 1 ? found[0] : null;
  }

  Dims dims() {
    return checked(graph, dims);
  }

  /** {@return the values of exactly the graph's symbols, once they are within bounds} */
  static Dims checked(Graph graph, Dims given) {
    Dims checked = Dims.none();
    for (Map.Entry<String, Dim> symbol : graph.symbols().entrySet()) {
      String name = symbol.getKey();
      if (!given.has(name)) {
        throw new IllegalArgumentException(
            "graph '"
                + graph.name()
                + "': dimension '"
                + name
                + "' has no value; given are "
                + given);
      }
      long value = given.get(name);
      if (value < symbol.getValue().min() || value > symbol.getValue().max()) {
        throw new IllegalArgumentException(
            "graph '"
                + graph.name()
                + "': dimension '"
                + name
                + "' is "
                + value
                + "; its bounds are ["
                + symbol.getValue().min()
                + ", "
                + symbol.getValue().max()
                + "]");
      }
      checked = checked.and(name, value);
    }
    return checked;
  }

  /** Throws unless a tensor has the shape of its port. */
  static void requireShape(Graph graph, String port, Shape wanted, Dims dims, long[] found) {
    if (!Arrays.equals(wanted.resolve(dims).toArray(), found)) {
      throw mismatch(graph, port, wanted, found);
    }
  }

  private static InvalidGraphException mismatch(
      Graph graph, String port, Shape wanted, long[] found) {
    return new InvalidGraphException(
        "graph '"
            + graph.name()
            + "', '"
            + port
            + "' has the shape "
            + wanted
            + ", the tensor bound to it has "
            + Arrays.toString(found));
  }
}
