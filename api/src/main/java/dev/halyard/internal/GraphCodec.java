package dev.halyard.internal;

import dev.halyard.Graph;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;

/**
 * The canonical bytes of graphs.
 *
 * <pre>
 * file      = "HGRF" version:byte graph
 * graph     = ports(inputs) ports(states) constants nodes outputs updates
 * ports     = count (name dtype shape)*
 * constants = count (dtype rank extent* sha256:32 bytes)*      in the order of the walk, each once
 * nodes     = count (op flag:hasBody [graph] attributes count operand*)*     operands before users
 * outputs   = count (name value)*
 * updates   = count (state value)*                             state: its position among the states
 * shape     = rank dim*
 * dim       = constant count (0 factor name min max | 1 factor dim divisor)*
 * attributes= count (name kind:byte value)*                                  in order of name
 * </pre>
 *
 * Values are numbered: inputs, states, constants, then the results of the nodes in order; an
 * operand is a number below that of its node's results, so no bytes describe a cycle. Counts and
 * numbers of values are unsigned LEB128; other integers are zigzag LEB128; numbers are the 8 bytes
 * of a binary64, big-endian; texts are a count and UTF-8. Symbols carry their bounds wherever they
 * occur. Ports keep their order, since positions mean something to callers; nodes and constants are
 * in the order in which a depth-first walk from the outputs finishes them.
 *
 * <p>A change of this layout takes a new version; the reader keeps those it knew.
 */
public final class GraphCodec {
  static final int MAGIC = ('H' << 24) | ('G' << 16) | ('R' << 8) | 'F';
  static final int VERSION = 1;

  /** More axes than any network has; bounds what a few hostile bytes can ask for. */
  static final int MAX_RANK = 64;

  /** Bounds the recursion over bodies within bodies, and over floors within floors. */
  static final int MAX_DEPTH = 64;

  /** Bounds the quadratic cost of summing the terms of a dimension. */
  static final int MAX_TERMS = 256;

  private GraphCodec() {}

  /** {@return the canonical bytes} */
  public static byte[] write(Graph graph) {
    return CanonicalWriter.write(graph);
  }

  /**
   * {@return the nodes in the order in which the canonical bytes list them, and in which the graph
   * read from them has them; nodes without use are left out}
   */
  public static List<Node> order(Graph graph) {
    return List.copyOf(new CanonicalWalk(graph).nodes());
  }

  /**
   * {@return the graph}
   *
   * @throws dev.halyard.InvalidGraphException for every fault in the bytes
   */
  public static Graph read(byte[] bytes, Function<String, MemorySegment> constants) {
    return CanonicalReader.read(bytes, constants);
  }
}
