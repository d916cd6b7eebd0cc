package dev.halyard;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.I32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.spi.Attributes;
import dev.halyard.spi.NodeView;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GraphTests {
  private static void assertRefused(String message, Consumer<Graph.Builder> description) {
    InvalidGraphException e =
        assertThrows(InvalidGraphException.class, () -> Graph.of("net", description));
    assertEquals(message, e.getMessage());
  }

  @Nested
  class Messages {
    @Test
    void brokenRuleNamesTheNodeAndShowsBothShapes() {
      assertRefused(
          "graph 'net', node 'matmul_0' (matmul/1 {to=F32}): the inner extents must be equal, are"
              + " 3 and 4; found (F32[2, 3], F32[4, 5])",
          g -> g.input("a", F32, 2, 3).matmul(g.input("b", F32, 4, 5)));
    }

    @Test
    void shapesThatDoNotBroadcastAreBothShown() {
      assertRefused(
          "values 'a' F32[2, 3] and 'b' F32[2] do not broadcast: 3 and 2 at axis -1 are neither"
              + " equal nor 1",
          g -> g.input("a", F32, 2, 3).add(g.input("b", F32, 2)));
    }

    @Test
    void differentDtypesAreNamedWithARemedy() {
      assertRefused(
          "graph 'net', node 'add_0' (add/1): operands 0 and 1 must have the same dtype, are F32"
              + " and I32; cast one of them; found (F32[2], I32[2])",
          g -> g.input("a", F32, 2).add(g.input("b", I32, 2)));
    }

    @Test
    void unknownOperationsAndAttributesAreNamed() {
      assertRefused(
          "graph 'net', node 'fft_0' (fft/1): there is no such operation; docs/operations.md lists"
              + " them, and composites of your own go through composite(...); found (F32[2])",
          g -> g.op("fft/1", Attributes.none(), g.input("a", F32, 2)));
      assertRefused(
          "graph 'net', node 'relu_0' (halyard.relu/1 {slope=1}): has the attributes [], given are"
              + " [slope]; found (F32[2])",
          g -> g.op("halyard.relu/1", Attributes.none().with("slope", 1), g.input("a", F32, 2)));
      assertRefused(
          "graph 'net', node 'softmax_0' (halyard.softmax/1 {axis=last}): attribute 'axis' must be"
              + " of kind INTEGER; found (F32[2])",
          g ->
              g.op(
                  "halyard.softmax/1",
                  Attributes.none().with("axis", "last"),
                  g.input("a", F32, 2)));
    }

    @Test
    void wrongNumberOfOperandsIsNamed() {
      assertRefused(
          "graph 'net', node 'neg_0' (neg/1): takes the operands [x], given are 2; found (F32[2],"
              + " F32[2])",
          g -> {
            Value a = g.input("a", F32, 2);
            g.op("neg/1", Attributes.none(), a, a);
          });
    }

    @Test
    void extentsBeyond64BitsAreAnErrorOfTheNode() {
      assertRefused(
          "graph 'net', node 'pad_0' (pad/1 {high=[9223372036854775807], low=[1]}): its extents do"
              + " not fit 64 bits; found (F32[2], F32[])",
          g ->
              g.input("a", F32, 2)
                  .pad(g.scalar(F32, 0), new long[] {1}, new long[] {Long.MAX_VALUE}));
    }
  }

  @Nested
  class Ports {
    @Test
    void inputsAndStatesShareTheirNames() {
      assertRefused(
          "graph 'net' already has an input or state 'a'; choose another name",
          g -> {
            g.input("a", F32, 2);
            g.state("a", F32, Shape.of(2));
          });
    }

    @Test
    void outputsHaveDistinctNames() {
      assertRefused(
          "graph 'net' already has an output 'y'; choose another name",
          g -> {
            Value a = g.input("a", F32, 2);
            g.output("y", a);
            g.output("y", a.neg());
          });
    }

    @Test
    void graphNeedsAnOutput() {
      assertRefused(
          "graph 'net' has no output; declare one by output(name, value)",
          g -> g.input("a", F32, 2));
    }

    @Test
    void valuesOfAnotherGraphAreRefused() {
      Value[] stolen = new Value[1];
      Graph.of(
          "other",
          g -> {
            stolen[0] = g.input("a", F32, 2);
            g.output("y", stolen[0].neg());
          });
      assertRefused(
          "graph 'net': value 'a' belongs to another graph; build all of a graph with one builder",
          g -> g.input("b", F32, 2).add(stolen[0]));
    }

    @Test
    void lookingUpAPortListsThoseThatExist() {
      Graph graph = Graph.of("net", g -> g.output("y", g.input("a", F32, 2).neg()));
      assertEquals("a", graph.input("a").name());
      InvalidGraphException e = assertThrows(InvalidGraphException.class, () -> graph.input("b"));
      assertEquals("graph 'net' has no input 'b'; it has [a]", e.getMessage());
      e = assertThrows(InvalidGraphException.class, () -> graph.output("z"));
      assertEquals("graph 'net' has no output 'z'; it has [y]", e.getMessage());
    }

    @Test
    void builtGraphsDoNotChange() {
      Graph.Builder builder = Graph.builder("net");
      Value a = builder.input("a", F32, 2);
      builder.output("y", a);
      builder.build();
      assertThrows(IllegalStateException.class, a::neg);
      assertThrows(IllegalStateException.class, () -> builder.input("b", F32, 2));
      assertThrows(IllegalStateException.class, builder::build);
    }

    @Test
    void negativeExtentsAreRefused() {
      assertRefused(
          "graph 'net', input 'a': extents are at least 0; found [2, -1]",
          g -> g.input("a", F32, 2, -1));
    }
  }

  @Nested
  class Symbols {
    @Test
    void oneNameHasOnePairOfBounds() {
      String message =
          "graph 'net': dimension 'n' has bounds [1, 8] and [1, 9]; use one Dim for all its uses";
      Shape eight = Shape.of(Dim.symbol("n", 1, 8));
      Shape nine = Shape.of(Dim.symbol("n", 1, 9).plus(1).floorDiv(2));
      assertRefused(
          message,
          g -> {
            g.input("a", F32, eight);
            g.input("b", F32, nine);
          });
      assertRefused(
          message,
          g -> {
            g.input("a", F32, eight);
            g.scalar(F32, 1).broadcast(nine);
          });
    }

    @Test
    void symbolsAreListedInOrderOfTheirNames() {
      Graph graph =
          Graph.of(
              "net",
              g -> {
                Value b = g.input("x", F32, Shape.of(Dim.symbol("b", 1, 4), Dim.of(2)));
                g.input("y", F32, Shape.of(Dim.symbol("a", 0, 9)));
                g.output("z", b);
              });
      assertEquals(List.of("a", "b"), List.copyOf(graph.symbols().keySet()));
      assertEquals(9, graph.symbols().get("a").max());
    }
  }

  @Nested
  class States {
    @Test
    void stateIsReadAndUpdatedUnderOneName() {
      Graph graph =
          Graph.of(
              "net",
              g -> {
                Value cache = g.state("cache", F32, Shape.of(4));
                g.update(cache, cache.add(g.input("x", F32, 4)));
                g.output("y", cache.neg());
              });
      assertEquals(List.of("x", "cache"), graph.inputs().stream().map(Value::name).toList());
      assertEquals(List.of("y", "cache"), graph.outputNames());
      assertEquals(1, graph.states().size());
    }

    @Test
    void stateWithoutUpdateIsRefused() {
      assertRefused(
          "graph 'net': state 'cache' is never updated; use an input, or update(...)",
          g -> g.output("y", g.state("cache", F32, Shape.of(4))));
    }

    @Test
    void updateKeepsTheType() {
      assertRefused(
          "graph 'net': state 'cache' is F32[4], its update is F32[1]",
          g -> {
            Value cache = g.state("cache", F32, Shape.of(4));
            g.update(cache, cache.reduceSum(true, 0));
          });
    }

    @Test
    void inputsAreNotUpdated() {
      assertRefused(
          "graph 'net': 'a' is no state; declare it by state(...)",
          g -> {
            Value a = g.input("a", F32, 4);
            g.update(a, a.neg());
          });
    }

    @Test
    void outputsHaveOtherNamesThanStates() {
      assertRefused(
          "graph 'net': 'cache' is a state; choose another name for the output",
          g -> g.output("cache", g.state("cache", F32, Shape.of(4))));
    }
  }

  @Nested
  class OwnComposites {
    private final Graph twice = Graph.of("twice", g -> g.output("y", g.input("x", F32, 2).mul(2)));

    @Test
    void bodyGivesTheTypesOfTheResults() {
      Graph graph =
          Graph.of(
              "net",
              g ->
                  g.output(
                      "y",
                      g.composite("acme.twice/1", Attributes.none(), twice, g.input("a", F32, 2))
                          .getFirst()));
      NodeView node = graph.nodes().getFirst();
      assertEquals("acme.twice/1", node.op());
      assertSame(twice, node.body().orElseThrow());
    }

    @Test
    void halyardNamespaceIsReserved() {
      assertRefused(
          "graph 'net', node 'twice_0' (halyard.twice/1): a composite's id reads"
              + " namespace.name/version, and the namespace 'halyard' is reserved; found (F32[2])",
          g -> g.composite("halyard.twice/1", Attributes.none(), twice, g.input("a", F32, 2)));
      for (String id : List.of("twice/1", "acme.twice", "acme.twice/0", "Acme.twice/1")) {
        assertThrows(
            InvalidGraphException.class,
            () ->
                Graph.of(
                    "net", g -> g.composite(id, Attributes.none(), twice, g.input("a", F32, 2))),
            id);
      }
    }

    @Test
    void operandsFitTheInputsOfTheBody() {
      assertRefused(
          "graph 'net', node 'acme.twice_0' (acme.twice/1): the body takes [F32[2]]; found"
              + " (F32[3])",
          g -> g.composite("acme.twice/1", Attributes.none(), twice, g.input("a", F32, 3)));
    }
  }

  @Test
  void constantsOfCloseableArenasAreCopied() {
    try (TensorArena arena = TensorArena.open()) {
      Tensor tensor = arena.allocate(F32, 2).copyFrom(new float[] {1, 2});
      Graph.of(
          "net",
          g -> {
            Value constant = g.constant(tensor);
            assertNotSame(tensor, constant.constantTensor().orElseThrow());
            Tensor lasting = Tensor.of(new float[] {1, 2});
            assertSame(lasting, g.constant(lasting).constantTensor().orElseThrow());
            g.output("y", constant);
          });
    }
  }

  @Test
  void consumersListEachNodeOnce() {
    Graph graph =
        Graph.of(
            "net",
            g -> {
              Value a = g.input("a", F32, 2);
              g.output("y", a.add(a).mul(a));
            });
    assertEquals(
        List.of("add_0", "mul_1"),
        graph.consumers(graph.input("a")).stream().map(NodeView::name).toList());
    assertEquals(List.of(), graph.consumers(graph.output("y")));
    assertFalse(graph.toString().isEmpty());
  }
}
