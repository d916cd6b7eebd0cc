package dev.halyard.onnx;

import static dev.halyard.DType.BOOL;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.I32;
import static dev.halyard.DType.I64;
import static dev.halyard.onnx.TestModel.integer;
import static dev.halyard.onnx.TestModel.integers;
import static dev.halyard.onnx.TestModel.tensor;
import static dev.halyard.onnx.TestModel.to;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.runtime.reference.Interpreter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arithmetic on shapes, in terms of symbols. */
class SymbolicShapeTests {
  @TempDir Path folder;

  private static final Dim N = Dim.symbol("n");
  private static final Dim S = Dim.symbol("s");

  private Shape shapeOf(TestModel model, String output) {
    return model.importGraph(folder).output(output).shape();
  }

  private static TestModel model() {
    return TestModel.opset(13).input("x", F32, "n", "s", 12);
  }

  @Test
  void namesOfDimensionsAreSanitisedAndKeptApart() {
    TestModel model =
        TestModel.opset(13)
            .input("x", F32, "batch size", "batch_size", "", -1, "1st")
            .node("Neg", "x", "y")
            .output("y", F32);
    OnnxModel read = OnnxModel.read(model.save(folder));
    assertEquals(List.of("batch_size", "batch_size_2", "x_2", "x_3", "_1st"), read.symbols());
    assertEquals("[batch_size, batch_size_2, x_2, x_3, _1st]", read.inputs().get(0).shape() + "");
    Shape fixed = read.toGraph(Map.of("batch size", 4L, "x_2", 5L)).output("y").shape();
    assertEquals("[4, batch_size_2, 5, x_3, _1st]", fixed.toString());
  }

  @Test
  void fixingAnUnknownDimensionNamesThoseThereAre() {
    OnnxModel read = OnnxModel.read(model().node("Neg", "x", "y").output("y", F32).save(folder));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> read.toGraph(Map.of("m", 1L)));
    assertTrue(String.valueOf(e.getMessage()).contains("[n, s]"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> read.toGraph(Map.of("n", -1L)));
  }

  @Test
  void headsAreSplitAndJoined() {
    TestModel model =
        model()
            .longs("zero", 0)
            .longs("four", 4)
            .longs("minus", -1)
            .initializer("one", Tensor.scalar(I64, 1))
            .node("Shape", "x", "d")
            .node("Gather", "d one", "length")
            .node("Unsqueeze", "length zero", "lengths")
            .node("Slice", "d zero four zero", "all")
            .node("Gather", "d zero", "batch")
            .node("Concat", "batch lengths four minus", "apart", integer("axis", 0))
            .node("Reshape", "x apart", "heads")
            .node("Reshape", "heads all", "y")
            .output("heads", F32)
            .output("y", F32);
    assertEquals(Shape.of(N, S, Dim.of(4), Dim.of(3)), shapeOf(model, "heads"));
    assertEquals(Shape.of(N, S, Dim.of(12)), shapeOf(model, "y"));
  }

  @Test
  void arithmeticOnExtentsStaysAffine() {
    TestModel model =
        model()
            .longs("two", 2)
            .longs("axis", 1)
            .longs("begin", 0)
            .node("Shape", "x", "d", integer("start", 1))
            .node("Gather", "d begin", "s")
            .node("Add", "s two", "more")
            .node("Div", "more two", "half")
            .node("Slice", "x begin half axis", "y")
            .output("y", F32);
    // Version 15 has Shape with a start.
    model.model.getOpsetImportBuilder(0).setVersion(15);
    assertEquals(Shape.of(N, S.plus(2).floorDiv(2), Dim.of(12)), shapeOf(model, "y"));
  }

  @Test
  void sliceTakesTheEndOfASymbolicAxis() {
    TestModel model =
        model()
            .longs("start", -1)
            .longs("end", Long.MAX_VALUE)
            .longs("axis", 1)
            .node("Slice", "x start end axis", "y")
            .output("y", F32);
    Graph graph = model.importGraph(folder);
    assertEquals(Shape.of(N, Dim.of(1), Dim.of(12)), graph.output("y").shape());
    Tensor x = counting(1, 3, 12);
    Tensor y = new Interpreter().run(graph, Map.of("x", x)).get("y");
    assertEquals(24, y.getDouble(0));
  }

  private static Tensor counting(long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(F32, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, (double) i);
    }
    return tensor;
  }

  /** What PyTorch writes for expand(-1, s): Shape, ConstantOfShape, Mul, Equal, Where, Expand. */
  @Test
  void expandOfPyTorchIsResolved() {
    TestModel model =
        TestModel.opset(13)
            .input("x", F32, "n", 1)
            .input("t", F32, "s")
            .longs("keep", -1)
            .longs("minus", -1)
            .longs("two", 2)
            .node("Shape", "t", "s")
            .node("Concat", "keep s", "wanted", integer("axis", 0))
            .node("ConstantOfShape", "two", "ones", tensor("value", Tensor.of(new long[] {1}, 1)))
            .node("Mul", "ones minus", "minuses")
            .node("Equal", "wanted minuses", "open")
            .node("Where", "open ones wanted", "shape")
            .node("Expand", "x shape", "y")
            .output("y", F32);
    assertEquals(Shape.of(N, S), shapeOf(model, "y"));
  }

  @Test
  void extentsBecomeDataWhenTheyAreComputedWith() {
    TestModel model =
        model()
            .longs("two", 2)
            .node("Shape", "x", "d")
            .node("Cast", "d", "f", to(F32))
            .node("Add", "d two", "sum")
            .node("Div", "sum two", "half")
            .output("f", F32)
            .output("half", I64);
    Map<String, Tensor> found =
        new Interpreter().run(model.importGraph(folder), Map.of("x", counting(2, 5, 12)));
    assertArrayEquals(new double[] {2, 5, 12}, found.get("f").toDoubles());
    assertArrayEquals(new long[] {2, 3, 7}, found.get("half").toLongs());
  }

  @Test
  void rangeOverASymbolCounts() {
    TestModel model =
        model()
            .initializer("zero", Tensor.scalar(I64, 0))
            .initializer("one", Tensor.scalar(I64, 1))
            .node("Shape", "x", "d")
            .node("Gather", "d one", "s")
            .node("Range", "zero s one", "y")
            .output("y", I64);
    Graph graph = model.importGraph(folder);
    assertEquals(Shape.of(S), graph.output("y").shape());
    Tensor y = new Interpreter().run(graph, Map.of("x", counting(1, 4, 12))).get("y");
    assertArrayEquals(new long[] {0, 1, 2, 3}, y.toLongs());
  }

  @Test
  void reductionsAndTilesOfExtentsStaySymbolic() {
    TestModel model =
        TestModel.opset(11)
            .input("x", F32, "n", 4, 3)
            .longs("from", 1)
            .longs("to", 3)
            .longs("first", 0)
            .longs("minus", -1)
            .node("Shape", "x", "d")
            .node("Slice", "d from to", "inner")
            .node("ReduceProd", "inner", "count", integers("axes", 0), integer("keepdims", 1))
            .node("Concat", "minus count", "flat", integer("axis", 0))
            .node("Reshape", "x flat", "y")
            .node("Concat", "count count", "repeats", integer("axis", 0))
            .node("Tile", "y repeats", "z")
            .output("y", F32)
            .output("z", F32);
    assertEquals(Shape.of(N, Dim.of(12)), shapeOf(model, "y"));
    assertEquals(Shape.of(N.times(12), Dim.of(144)), shapeOf(model, "z"));
    assertEquals("[60, 144]", shapeOf(model, "z").resolve(Dims.of("n", 5)).toString());
  }

  @Test
  void productOfTwoSymbolsIsRefusedAndFixingOneHelps() {
    TestModel model = model().longs("flat", -1, 12).node("Reshape", "x flat", "y").output("y", F32);
    Path file = model.save(folder);
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> OnnxModel.importGraph(file));
    assertTrue(e.findings().get(0).contains("fix dimensions"), e.getMessage());
    Shape fixed = OnnxModel.importGraph(file, Map.of("n", 2L)).output("y").shape();
    assertEquals(Shape.of(S.times(2), Dim.of(12)), fixed);
  }

  @Test
  void shapeThatDependsOnDataIsRefused() {
    TestModel model =
        TestModel.opset(13)
            .input("x", F32, 6)
            .input("shape", I64, 2)
            .node("Reshape", "x shape", "y")
            .output("y", F32);
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> model.importGraph(folder));
    assertTrue(e.findings().get(0).contains("depend on data"), e.getMessage());
  }

  @Test
  void comparisonsThatFollowFromBoundsAreDecided() {
    TestModel model =
        model()
            .longs("zero", 0)
            .node("Shape", "x", "d")
            .node("Greater", "d zero", "some")
            .node("Cast", "some", "y", to(I32))
            .output("some", BOOL)
            .output("y", I32);
    Graph graph = model.importGraph(folder);
    assertArrayEquals(
        new long[] {1, 1, 1}, graph.output("y").constantTensor().orElseThrow().toLongs());
  }
}
