package dev.halyard.internal;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.I64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GraphCodecTests {
  private final Dim n = Dim.symbol("n", 1, 64);

  /** A graph with a bit of everything that bytes can hold. */
  static Graph rich() {
    Dim n = Dim.symbol("n", 1, 64);
    Shape shape = Shape.of(n, n.plus(3).floorDiv(2), Dim.of(4));
    Graph twice =
        Graph.of("twice", g -> g.output("y", g.input("x", F32, shape).mul(2).gelu(Gelu.ERF)));
    Attributes everyKind =
        Attributes.none()
            .with("integer", -5)
            .with("number", 0.1)
            .with("flag", true)
            .with("text", "größer")
            .with("dtype", DType.BF16)
            .with("integers", new long[] {1, -2, Long.MIN_VALUE})
            .with("shape", shape);
    return Graph.of(
        "rich",
        g -> {
          Value x = g.input("x", F32, shape);
          g.input("unused", DType.BOOL, 2);
          Value cache = g.state("cache", F32, shape);
          Value y = x.softmax(-1).add(g.constant(new float[] {1, 2, 3, 4})).add(cache);
          Value z = g.composite("acme.twice/1", everyKind, twice, y).getFirst();
          g.output("y", z);
          g.output("order", z.sort(2, true).getLast());
          g.output("x again", x);
          g.update(cache, y);
        });
  }

  static Map<String, MemorySegment> constantsOf(Graph graph) {
    Map<String, MemorySegment> found = new HashMap<>();
    Consumer<Value> add =
        value ->
            value
                .constantTensor()
                .ifPresent(tensor -> found.put(ConstantDigests.of(tensor), tensor.segment()));
    for (Node node : Node.of(graph)) {
      node.inputs().forEach(add);
      node.body().ifPresent(body -> found.putAll(constantsOf(body)));
    }
    graph.outputs().forEach(add);
    return found;
  }

  private static Graph read(Graph graph) {
    return Graph.fromCanonicalBytes(graph.canonicalBytes(), constantsOf(graph)::get);
  }

  private static byte[] bytes(Consumer<Graph.Builder> description) {
    return Graph.of("net", description).canonicalBytes();
  }

  @Test
  void readingGivesAnEqualGraph() {
    Graph graph = rich();
    Graph copy = read(graph);
    assertArrayEquals(graph.canonicalBytes(), copy.canonicalBytes());
    assertEquals(graph.symbols(), copy.symbols());
    assertEquals(graph.outputNames(), copy.outputNames());
    assertEquals(graph.inputs().toString(), copy.inputs().toString());
    Node composite =
        Node.of(copy).stream().filter(node -> node.op().startsWith("acme")).findFirst().get();
    assertEquals("größer", composite.attributes().text("text"));
    assertEquals(
        "{dtype=BF16, flag=true, integer=-5, integers=[1, -2, -9223372036854775808], number=0.1,"
            + " shape=[n, floor((n+1)/2)+1, 4], text=größer}",
        composite.attributes().toString());
    assertEquals(3, composite.body().orElseThrow().nodes().size());
  }

  @Test
  void contentOfConstantsComesBack() {
    Graph copy = read(Graph.of("net", g -> g.output("y", g.constant(new float[] {1, 2}))));
    assertArrayEquals(
        new float[] {1, 2}, copy.output("y").constantTensor().orElseThrow().toFloats());
  }

  @Test
  void orderOfBuildingDoesNotMatter() {
    byte[] first =
        bytes(
            g -> {
              Value a = g.input("a", F32, 2);
              Value exp = a.exp();
              Value log = a.log();
              g.output("y", exp.add(log));
            });
    byte[] second =
        bytes(
            g -> {
              Value a = g.input("a", F32, 2);
              Value log = a.log();
              Value exp = a.exp();
              g.output("y", exp.add(log));
            });
    assertArrayEquals(first, second);
  }

  @Test
  void nodesThatNoOutputNeedsAreLeftOut() {
    byte[] bare = bytes(g -> g.output("y", g.input("a", F32, 2).exp()));
    byte[] more =
        bytes(
            g -> {
              Value a = g.input("a", F32, 2);
              a.log().add(7).broadcast(Shape.of(n, Dim.of(2)));
              g.output("y", a.exp());
            });
    assertArrayEquals(bare, more);
  }

  @Test
  void namesOfNodesAndOfTheGraphDoNotCount() {
    byte[] one = Graph.of("one", g -> g.output("y", g.input("a", F32, 2).exp())).canonicalBytes();
    byte[] two =
        Graph.of(
                "two",
                g ->
                    g.output(
                        "y",
                        g.named("power", "exp/1", Attributes.none(), g.input("a", F32, 2))
                            .getFirst()))
            .canonicalBytes();
    assertArrayEquals(one, two);
  }

  @Test
  void equalConstantsAreOneHoweverOftenMade() {
    byte[] shared =
        bytes(
            g -> {
              Value c = g.constant(new float[] {1, 2});
              g.output("y", g.input("a", F32, 2).add(c).mul(c));
            });
    byte[] separate =
        bytes(
            g ->
                g.output(
                    "y",
                    g.input("a", F32, 2)
                        .add(g.constant(new float[] {1, 2}))
                        .mul(g.constant(new float[] {1, 2}))));
    assertArrayEquals(shared, separate);
  }

  @Test
  void whatAGraphMeansTellsItsBytesApart() {
    byte[][] different = {
      bytes(g -> g.output("y", g.input("a", F32, 2).exp())),
      bytes(g -> g.output("y", g.input("b", F32, 2).exp())),
      bytes(g -> g.output("z", g.input("a", F32, 2).exp())),
      bytes(g -> g.output("y", g.input("a", F32, 3).exp())),
      bytes(g -> g.output("y", g.input("a", DType.F64, 2).exp())),
      bytes(g -> g.output("y", g.input("a", F32, 2).log())),
      bytes(g -> g.output("y", g.input("a", F32, 2).add(1))),
      bytes(g -> g.output("y", g.input("a", F32, 2).add(2))),
      bytes(g -> g.output("y", g.input("a", F32, 2).clip(0, 1))),
      bytes(g -> g.output("y", g.input("a", F32, 2).clip(0, 2))),
      bytes(g -> g.output("y", g.input("a", F32, Shape.of(n)).exp())),
      bytes(g -> g.output("y", g.input("a", F32, Shape.of(Dim.symbol("n", 1, 65))).exp())),
      bytes(g -> g.output("y", g.input("a", F32, Shape.of(Dim.symbol("m", 1, 64))).exp())),
    };
    for (int i = 0; i < different.length; i++) {
      for (int j = 0; j < i; j++) {
        assertFalse(Arrays.equals(different[i], different[j]), i + " and " + j);
      }
    }
  }

  @Test
  void halyardCompositesAreWrittenByTheirIdAlone() {
    byte[] composite = bytes(g -> g.output("y", g.input("a", F32, 2, 8).softmax(-1)));
    assertTrue(composite.length < 80, "wrote " + composite.length + " bytes");
    assertEquals(
        "halyard.softmax/1",
        Graph.fromCanonicalBytes(composite, sha -> MemorySegment.NULL).nodes().getFirst().op());
  }

  @Test
  void layoutOfVersion1DoesNotChange() {
    byte[] bytes = bytes(g -> g.output("y", g.input("a", F32, 2).exp()));
    String expected =
        "4847524601" // HGRF, version 1
            + "01"
            + "0161"
            + "01"
            + "01"
            + "0400" // an input: a, F32, rank 1, the dimension 2
            + "00"
            + "00" // no states, no constants
            + "01"
            + "05"
            + "6578702f31"
            + "00"
            + "00"
            + "01"
            + "00" // a node: exp/1 of value 0
            + "01"
            + "0179"
            + "01" // an output: y is value 1
            + "00"; // no updates
    assertEquals(expected, java.util.HexFormat.of().formatHex(bytes));
  }

  @Test
  void longChainsNeedNoDeepStack() {
    Graph graph =
        Graph.of(
            "chain",
            g -> {
              Value x = g.input("x", F32, 2);
              for (int i = 0; i < 20_000; i++) {
                x = x.neg();
              }
              g.output("y", x);
            });
    assertEquals(20_000, read(graph).nodes().size());
  }

  @Test
  void callersCannotChangeTheBytesOfAGraph() {
    Graph graph = rich();
    graph.canonicalBytes()[0] = 0;
    assertEquals('H', graph.canonicalBytes()[0]);
  }

  @Test
  void constantsOfEveryDtypeAreHashedByContent() {
    for (DType dtype : DType.values()) {
      Tensor one = TensorArena.ofAuto().allocate(dtype, 3);
      Tensor same = TensorArena.ofAuto().allocate(dtype, 3);
      assertEquals(ConstantDigests.of(one), ConstantDigests.of(same));
    }
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ConstantDigests.of(TensorArena.ofAuto().allocate(I64, 0)),
        "the SHA-256 of nothing, FIPS 180-4");
  }

  @Test
  void unknownConstantsAndWrongOnesAreRefused() {
    byte[] bytes = bytes(g -> g.output("y", g.constant(new float[] {1, 2})));
    assertFault(bytes, null, "there is no constant ");
    assertFault(bytes, Tensor.of(new float[3]).segment(), "takes 8 bytes, 12 were found");
    assertFault(bytes, Tensor.of(new float[2]).segment(), "the content of constant ");
  }

  @Test
  void otherFilesAndVersionsAreRefused() {
    byte[] bytes = bytes(g -> g.output("y", g.input("a", F32, 2).exp()));
    assertFault(new byte[0], null, "they do not begin with HGRF");
    assertFault("ONNX model".getBytes(java.nio.charset.StandardCharsets.US_ASCII), null, "HGRF");
    byte[] later = bytes.clone();
    later[4] = 2;
    assertFault(later, null, "version 2 is unknown, known is 1");
    assertFault(Arrays.copyOf(bytes, bytes.length + 1), null, "1 bytes are left over");
  }

  private static void assertFault(byte[] bytes, MemorySegment constant, String reason) {
    InvalidGraphException e =
        assertThrows(
            InvalidGraphException.class, () -> Graph.fromCanonicalBytes(bytes, sha -> constant));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
