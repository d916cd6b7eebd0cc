package dev.halyard.onnx;

import static dev.halyard.DType.BOOL;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.F64;
import static dev.halyard.DType.I32;
import static dev.halyard.DType.I64;
import static dev.halyard.DType.I8;
import static dev.halyard.DType.U8;
import static dev.halyard.onnx.TestModel.integer;
import static dev.halyard.onnx.TestModel.integers;
import static dev.halyard.onnx.TestModel.number;
import static dev.halyard.onnx.TestModel.numbers;
import static dev.halyard.onnx.TestModel.tensor;
import static dev.halyard.onnx.TestModel.text;
import static dev.halyard.onnx.TestModel.to;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.onnx.proto.AttributeProto;
import dev.halyard.runtime.reference.Interpreter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every operator at the versions where it changed, against ONNX Runtime. */
class OperatorTests {
  private static final double TOLERANCE = 2e-5;

  @TempDir static Path folder;

  /**
   * A model of one node.
   *
   * @param name of the test
   * @param model the model
   * @param inputs its inputs
   */
  private record Case(String name, TestModel model, Map<String, Tensor> inputs) {}

  private final List<Case> cases = new ArrayList<>();
  private final Random random = new Random(7);

  @TestFactory
  Stream<DynamicTest> operatorGivesWhatOnnxRuntimeGives() {
    declareElementwise();
    declareActivations();
    declareLogic();
    declareReductions();
    declareShapes();
    declareSlices();
    declareIndices();
    declareGenerators();
    declareLinear();
    declarePooling();
    declareNormalizations();
    declareQuantizations();
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.name, () -> compare(c)));
  }

  private static void compare(Case c) throws OrtException {
    Graph graph = c.model.importGraph(folder);
    Map<String, Tensor> ours = new Interpreter().run(graph, c.inputs);
    Map<String, Tensor> theirs = OnnxRuntime.run(c.model.bytes(), c.inputs);
    assertEquals(theirs.keySet(), ours.keySet());
    theirs.forEach((name, tensor) -> assertClose(name, tensor, ours.get(name)));
  }

  static void assertClose(String name, Tensor wanted, Tensor found) {
    assertEquals(wanted.dtype(), found.dtype(), name);
    assertArrayEquals(wanted.shape(), found.shape(), name);
    for (long i = 0; i < wanted.elements(); i++) {
      double a = wanted.getDouble(i);
      double b = found.getDouble(i);
      double allowed = wanted.dtype().isFloat() ? TOLERANCE * Math.max(1, Math.abs(a)) : 0;
      boolean same = a == b || (Double.isNaN(a) && Double.isNaN(b)) || Math.abs(a - b) <= allowed;
      assertTrue(same, name + "[" + i + "] is " + b + ", wanted " + a);
    }
  }

  @Test
  void everyOperatorOfTheRegistryHasACase() {
    operatorGivesWhatOnnxRuntimeGives();
    Set<String> covered = new HashSet<>();
    for (Case c : cases) {
      c.model.graph.getNodeList().forEach(node -> covered.add(node.getOpType()));
    }
    Set<String> missing = new TreeSet<>(Operators.all().keySet());
    missing.removeAll(covered);
    // ONNX Runtime has these for no operator set that both know; see OperatorSemanticsTests.
    missing.removeAll(Set.of("Swish"));
    assertEquals(Set.of(), missing);
  }

  // Cases.

  private void add(String name, TestModel model, Map<String, Tensor> inputs) {
    cases.add(new Case(name, model, inputs));
  }

  /** Adds a node whose operands are all inputs, with one result. */
  private void add(
      long opset, String type, DType result, List<Tensor> operands, AttributeProto... attributes) {
    TestModel model = TestModel.opset(opset);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      Tensor operand = operands.get(i);
      model.input("x" + i, operand.dtype(), Arrays.stream(operand.shape()).boxed().toArray());
      inputs.put("x" + i, operand);
    }
    model.node(type, String.join(" ", inputs.keySet()), "y", attributes).output("y", result);
    String details = Arrays.stream(attributes).map(AttributeProto::getName).toList().toString();
    add(type + "-" + opset + operands + details, model, inputs);
  }

  /** Adds a node whose first operand is an input and the others constants, "-" being left out. */
  private void addFixed(
      long opset,
      String type,
      DType result,
      Tensor x,
      List<Object> constants,
      AttributeProto... attributes) {
    TestModel model = TestModel.opset(opset);
    model.input("x", x.dtype(), Arrays.stream(x.shape()).boxed().toArray());
    StringBuilder names = new StringBuilder("x");
    for (int i = 0; i < constants.size(); i++) {
      if (constants.get(i) instanceof Tensor constant) {
        model.initializer("c" + i, constant);
        names.append(" c").append(i);
      } else {
        names.append(" -");
      }
    }
    model.node(type, names.toString(), "y", attributes).output("y", result);
    String details = Arrays.stream(attributes).map(AttributeProto::getName).toList().toString();
    add(type + "-" + opset + x + constants + details, model, Map.of("x", x));
  }

  private Tensor floats(long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(F32, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextGaussian());
    }
    return tensor;
  }

  private Tensor positive(long... shape) {
    Tensor tensor = floats(shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, Math.abs(tensor.getDouble(i)) + 0.1);
    }
    return tensor;
  }

  private Tensor ints(DType dtype, int from, int to, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setLong(i, random.nextInt(from, to));
    }
    return tensor;
  }

  private static Tensor longs(long... values) {
    return Tensor.of(values, values.length);
  }

  private static Tensor scalar(DType dtype, double value) {
    return Tensor.scalar(dtype, value);
  }

  private void declareElementwise() {
    for (String type :
        List.of("Neg", "Abs", "Floor", "Ceil", "Exp", "Sin", "Cos", "Tan", "Tanh", "Identity")) {
      add(7, type, F32, List.of(floats(2, 3)));
      add(21, type, F32, List.of(floats(5)));
    }
    add(22, "Sqrt", F32, List.of(positive(2, 3)));
    add(13, "Log", F32, List.of(positive(4)));
    add(13, "Reciprocal", F32, List.of(positive(4)));
    add(13, "Erf", F32, List.of(floats(4)));
    add(13, "Sign", F32, List.of(Tensor.of(new float[] {-2, 0, 3, -0f})));
    add(13, "Sign", I32, List.of(ints(I32, -2, 3, 6)));
    add(11, "Round", F32, List.of(Tensor.of(new float[] {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 0.3f})));
    for (String type : List.of("Add", "Sub", "Mul", "Div")) {
      add(7, type, F32, List.of(floats(2, 3), floats(3)));
      add(14, type, F32, List.of(floats(2, 1, 3), floats(4, 1)));
      add(14, type, I64, List.of(ints(I64, -20, 20, 2, 3), ints(I64, 1, 5, 3)));
      add(14, type, I32, List.of(ints(I32, -20, 20, 7), ints(I32, -5, 0, 7)));
    }
    add(13, "Mod", I64, List.of(ints(I64, -20, 20, 9), ints(I64, 1, 5, 9)));
    add(13, "Mod", I64, List.of(ints(I64, -20, 20, 9), ints(I64, -5, 0, 9)));
    add(13, "Mod", U8, List.of(ints(U8, 0, 200, 9), ints(U8, 1, 9, 9)));
    add(13, "Mod", I32, List.of(ints(I32, -20, 20, 9), ints(I32, -5, 0, 9)), integer("fmod", 1));
    add(13, "Mod", F32, List.of(floats(9), positive(9)), integer("fmod", 1));
    add(7, "Pow", F32, List.of(positive(2, 3), floats(3)));
    add(12, "Pow", F32, List.of(floats(2, 3), ints(I64, 0, 4, 3)));
    add(15, "Pow", I32, List.of(ints(I32, 1, 5, 3), ints(I32, 0, 4, 3)));
    add(15, "Pow", I64, List.of(ints(I64, 1, 5, 3), ints(I32, 0, 4, 3)));
    add(15, "Pow", I64, List.of(ints(I64, 1, 5, 3), floats(3)));
    addFixed(13, "Pow", F32, floats(2, 3), List.of(scalar(F32, 2)));
    for (String type : List.of("Min", "Max")) {
      add(8, type, F32, List.of(floats(2, 3), floats(3), floats(1)));
      add(13, type, I64, List.of(ints(I64, -9, 9, 2, 3), ints(I64, -9, 9, 3)));
      add(13, type, F32, List.of(floats(3)));
    }
    add(8, "Sum", F32, List.of(floats(2, 3), floats(3), floats(1)));
    add(13, "Mean", F32, List.of(floats(2, 3), floats(3), floats(1)));
    for (DType dtype : List.of(F64, I8, I32, I64, BOOL)) {
      add(
          13,
          "Cast",
          dtype,
          List.of(Tensor.of(new float[] {-1.7f, 0, 0.4f, 2.5f, 100})),
          to(dtype));
    }
    add(9, "Cast", F32, List.of(ints(BOOL, 0, 2, 6)), to(F32));
    add(21, "Cast", U8, List.of(ints(I32, 0, 300, 6)), to(U8), integer("saturate", 1));
    add(19, "CastLike", I32, List.of(floats(3), ints(I32, 0, 2, 1)));
  }

  private void declareActivations() {
    for (String type : List.of("Relu", "Sigmoid", "Softplus", "Softsign", "Elu", "Selu")) {
      add(7, type, F32, List.of(floats(2, 5)));
      add(22, type, F32, List.of(floats(2, 5)));
    }
    add(14, "HardSwish", F32, List.of(floats(9)));
    add(18, "Mish", F32, List.of(floats(9)));
    add(16, "LeakyRelu", F32, List.of(floats(9)));
    add(16, "LeakyRelu", F32, List.of(floats(9)), number("alpha", 0.3));
    add(7, "Elu", F32, List.of(floats(9)), number("alpha", 0.3));
    add(7, "Selu", F32, List.of(floats(9)), number("alpha", 0.3), number("gamma", 2));
    add(16, "PRelu", F32, List.of(floats(2, 3), floats(3)));
    add(7, "HardSigmoid", F32, List.of(floats(9)));
    add(7, "HardSigmoid", F32, List.of(floats(9)), number("alpha", 0.5), number("beta", 0.1));
    add(20, "Gelu", F32, List.of(floats(9)));
    add(20, "Gelu", F32, List.of(floats(9)), text("approximate", "tanh"));
    add(7, "Clip", F32, List.of(floats(9)), number("min", -0.3), number("max", 0.4));
    add(7, "Clip", F32, List.of(floats(9)), number("max", 0.4));
    addFixed(11, "Clip", F32, floats(9), List.of(scalar(F32, -0.3), scalar(F32, 0.5)));
    addFixed(12, "Clip", F32, floats(9), List.of("-", scalar(F32, 0.5)));
    addFixed(13, "Clip", F32, floats(9), List.of(scalar(F32, 0.5)));
    addFixed(13, "Clip", F32, floats(9), List.of());
    addFixed(13, "Clip", F32, floats(9), List.of(scalar(F32, 0.5), scalar(F32, -0.5)));
    addFixed(13, "Clip", I32, ints(I32, -9, 9, 9), List.of(scalar(I32, -3), scalar(I32, 2)));
    for (String type : List.of("Softmax", "LogSoftmax")) {
      add(7, type, F32, List.of(floats(2, 3, 4)));
      add(11, type, F32, List.of(floats(2, 3, 4)), integer("axis", 0));
      add(11, type, F32, List.of(floats(2, 3, 4)), integer("axis", -2));
      add(11, type, F32, List.of(floats(2, 3, 4)), integer("axis", 2));
      add(13, type, F32, List.of(floats(2, 3, 4)));
      add(13, type, F32, List.of(floats(2, 3, 4)), integer("axis", 1));
    }
    add(7, "Dropout", F32, List.of(floats(2, 3)), number("ratio", 0.3));
    addFixed(13, "Dropout", F32, floats(9), List.of(scalar(F32, 0.5), scalar(BOOL, 0)));
    add(
        "Dropout-13-mask",
        TestModel.opset(13)
            .input("x", F32, 2, 3)
            .node("Dropout", "x", "y mask")
            .output("y", F32)
            .output("mask", BOOL),
        Map.of("x", floats(2, 3)));
  }

  private void declareLogic() {
    for (String type : List.of("Equal", "Less", "Greater")) {
      add(9, type, BOOL, List.of(ints(I32, 0, 3, 2, 5), ints(I32, 0, 3, 5)));
      add(13, type, BOOL, List.of(floats(2, 5), floats(5)));
    }
    for (String type : List.of("LessOrEqual", "GreaterOrEqual")) {
      add(16, type, BOOL, List.of(ints(I32, 0, 3, 2, 5), ints(I32, 0, 3, 5)));
    }
    for (String type : List.of("And", "Or", "Xor", "Equal")) {
      add(13, type, BOOL, List.of(ints(BOOL, 0, 2, 2, 5), ints(BOOL, 0, 2, 5)));
    }
    add(7, "Not", BOOL, List.of(ints(BOOL, 0, 2, 6)));
    add(13, "IsNaN", BOOL, List.of(Tensor.of(new float[] {1, Float.NaN, 0})));
    add(9, "Where", F32, List.of(ints(BOOL, 0, 2, 2, 1), floats(3), floats(2, 3)));
  }

  private void declareReductions() {
    for (String type :
        List.of(
            "ReduceSum",
            "ReduceMean",
            "ReduceProd",
            "ReduceMax",
            "ReduceMin",
            "ReduceL1",
            "ReduceL2",
            "ReduceSumSquare")) {
      add(7, type, F32, List.of(floats(2, 3, 4)));
      add(11, type, F32, List.of(floats(2, 3, 4)), integers("axes", 1, -1));
      add(11, type, F32, List.of(floats(2, 3)), integers("axes", 0), integer("keepdims", 0));
      addFixed(18, type, F32, floats(2, 3, 4), List.of(longs(1, -1)));
      addFixed(18, type, F32, floats(2, 3), List.of(longs(0)), integer("keepdims", 0));
      addFixed(18, type, F32, floats(2, 3), List.of(), integer("noop_with_empty_axes", 1));
    }
    addFixed(13, "ReduceSum", F32, floats(2, 3), List.of(longs(1)));
    add(13, "ReduceLogSum", F32, List.of(positive(2, 3)), integers("axes", 1));
    add(13, "ReduceMax", I8, List.of(ints(I8, -9, 9, 2, 3)), integers("axes", 1));
    addFixed(20, "ReduceMax", BOOL, ints(BOOL, 0, 2, 2, 3), List.of(longs(1)));
    addFixed(20, "ReduceMin", BOOL, ints(BOOL, 0, 2, 2, 3), List.of(longs(1)));
    for (String type : List.of("ArgMax", "ArgMin")) {
      Tensor ties = ints(I32, 0, 3, 3, 7);
      add(7, type, I64, List.of(floats(3, 4)));
      add(11, type, I64, List.of(floats(3, 4)), integer("axis", -1), integer("keepdims", 0));
      add(13, type, I64, List.of(ties), integer("axis", 1));
      add(13, type, I64, List.of(ties), integer("axis", 1), integer("select_last_index", 1));
    }
    for (long largest = 0; largest < 2; largest++) {
      add(
          "TopK-11-" + largest,
          TestModel.opset(11)
              .input("x", F32, 3, 5)
              .longs("k", 2)
              .node("TopK", "x k", "y i", integer("largest", largest), integer("axis", 1))
              .output("y", F32)
              .output("i", I64),
          Map.of("x", floats(3, 5)));
    }
    add(
        "TopK-7",
        TestModel.opset(7)
            .input("x", F32, 3, 5)
            .node("TopK", "x", "y i", integer("k", 3))
            .output("y", F32)
            .output("i", I64),
        Map.of("x", floats(3, 5)));
    for (long exclusive = 0; exclusive < 2; exclusive++) {
      for (long reverse = 0; reverse < 2; reverse++) {
        addFixed(
            14,
            "CumSum",
            F32,
            floats(2, 4),
            List.of(scalar(I64, 1)),
            integer("exclusive", exclusive),
            integer("reverse", reverse));
      }
    }
  }

  private void declareShapes() {
    add(7, "Shape", I64, List.of(floats(2, 3, 4)));
    add(15, "Shape", I64, List.of(floats(2, 3, 4)), integer("start", 1));
    add(15, "Shape", I64, List.of(floats(2, 3, 4)), integer("start", -2), integer("end", -1));
    add(13, "Size", I64, List.of(floats(2, 3, 4)));
    addFixed(7, "Reshape", F32, floats(2, 3, 4), List.of(longs(0, -1)));
    addFixed(13, "Reshape", F32, floats(2, 3, 4), List.of(longs(4, -1, 2)));
    addFixed(13, "Reshape", F32, floats(1, 1), List.of(longs()));
    addFixed(14, "Reshape", F32, floats(0, 3), List.of(longs(3, 0)), integer("allowzero", 1));
    add(7, "Flatten", F32, List.of(floats(2, 3, 4)));
    add(9, "Flatten", F32, List.of(floats(2, 3, 4)), integer("axis", 0));
    add(13, "Flatten", F32, List.of(floats(2, 3, 4)), integer("axis", -1));
    add(13, "Flatten", F32, List.of(floats(2, 3, 4)), integer("axis", 3));
    add(7, "Squeeze", F32, List.of(floats(1, 3, 1)));
    add(11, "Squeeze", F32, List.of(floats(1, 3, 1)), integers("axes", -1));
    addFixed(13, "Squeeze", F32, floats(1, 3, 1), List.of(longs(0)));
    addFixed(21, "Squeeze", F32, floats(1, 3, 1), List.of());
    add(7, "Unsqueeze", F32, List.of(floats(3, 2)), integers("axes", 0, 2));
    add(11, "Unsqueeze", F32, List.of(floats(3, 2)), integers("axes", -1));
    addFixed(13, "Unsqueeze", F32, floats(3, 2), List.of(longs(-1, 0)));
    add(7, "Transpose", F32, List.of(floats(2, 3, 4)));
    add(21, "Transpose", F32, List.of(floats(2, 3, 4)), integers("perm", 1, 2, 0));
    addFixed(8, "Expand", F32, floats(3, 1), List.of(longs(2, 1, 4)));
    addFixed(13, "Expand", F32, floats(3, 4), List.of(longs(1, 1)));
    addFixed(13, "Tile", F32, floats(2, 3), List.of(longs(2, 3)));
    add(11, "DepthToSpace", F32, List.of(floats(2, 8, 2, 3)), integer("blocksize", 2));
    add(
        13,
        "DepthToSpace",
        F32,
        List.of(floats(2, 8, 2, 3)),
        integer("blocksize", 2),
        text("mode", "CRD"));
    add(13, "SpaceToDepth", F32, List.of(floats(2, 3, 4, 6)), integer("blocksize", 2));
  }

  private void declareSlices() {
    add(
        7,
        "Slice",
        F32,
        List.of(floats(5, 6)),
        integers("axes", 1),
        integers("starts", 1),
        integers("ends", 1000));
    add(9, "Slice", F32, List.of(floats(5, 6)), integers("starts", 1, -3), integers("ends", 4, -1));
    long end = Long.MAX_VALUE;
    long begin = Long.MIN_VALUE + 1;
    addFixed(10, "Slice", F32, floats(5, 6), List.of(longs(1), longs(end), longs(-1)));
    addFixed(
        11,
        "Slice",
        F32,
        floats(5, 6),
        List.of(longs(1, 0), longs(4, 6), longs(0, 1), longs(2, 3)));
    addFixed(13, "Slice", F32, floats(5, 6), List.of(longs(-1), longs(begin), longs(1), longs(-2)));
    addFixed(13, "Slice", F32, floats(5), List.of(longs(100), longs(-100), longs(0), longs(-1)));
    addFixed(13, "Slice", F32, floats(5), List.of(longs(3), longs(2)));
    addFixed(13, "Slice", F32, floats(5), List.of(longs(-100), longs(3)));
    split("Split-7", TestModel.opset(7).input("x", F32, 6, 2), "x", integer("axis", 0));
    split("Split-11", TestModel.opset(11).input("x", F32, 6, 2), "x", integers("split", 1, 2, 3));
    split("Split-13", TestModel.opset(13).input("x", F32, 6, 2).longs("s", 1, 2, 3), "x s");
    split("Split-18", TestModel.opset(18).input("x", F32, 7, 2), "x", integer("num_outputs", 3));
    add(7, "Concat", F32, List.of(floats(2, 3), floats(2, 1)), integer("axis", 1));
    add(13, "Concat", F32, List.of(floats(2, 3), floats(1, 3), floats(2, 3)), integer("axis", -2));
    add(7, "Pad", F32, List.of(floats(2, 3)), integers("pads", 0, 1, 2, 0), number("value", 1.5));
    addFixed(13, "Pad", F32, floats(2, 3), List.of(longs(0, 1, 2, 0), scalar(F32, 2)));
    addFixed(13, "Pad", F32, floats(4, 3), List.of(longs(-1, 1, 2, -1)));
    addFixed(18, "Pad", F32, floats(2, 3), List.of(longs(1, 2), "-", longs(1)));
    for (String mode : List.of("edge", "reflect")) {
      addFixed(18, "Pad", F32, floats(4, 5), List.of(longs(1, 2, 3, 0)), text("mode", mode));
    }
    addFixed(19, "Pad", F32, floats(4, 5), List.of(longs(1, 2, 3, 0)), text("mode", "wrap"));
  }

  private void split(String name, TestModel model, String inputs, AttributeProto... attributes) {
    model.node("Split", inputs, "a b c", attributes);
    model.output("a", F32).output("b", F32).output("c", F32);
    long rows =
        model.graph.getInput(0).getType().getTensorType().getShape().getDim(0).getDimValue();
    add(name, model, Map.of("x", floats(rows, 2)));
  }

  private void declareIndices() {
    add(7, "Gather", F32, List.of(floats(5, 3), ints(I64, 0, 5, 2, 2)));
    add(11, "Gather", F32, List.of(floats(5, 3), ints(I32, -3, 3, 4)), integer("axis", 1));
    add(13, "Gather", F32, List.of(floats(5, 3), scalar(I64, -1)), integer("axis", 0));
    add(
        13,
        "GatherElements",
        F32,
        List.of(floats(5, 3), ints(I64, -3, 3, 5, 2)),
        integer("axis", 1));
    add(11, "GatherElements", F32, List.of(floats(5, 3), ints(I64, 0, 5, 2, 3)));
    add(
        13,
        "ScatterElements",
        F32,
        List.of(floats(5, 3), Tensor.of(new long[] {1, 4, 0, 2, -1, 1}, 2, 3), floats(2, 3)),
        integer("axis", 0));
    add(
        16,
        "ScatterElements",
        F32,
        List.of(floats(5, 3), ints(I64, 0, 3, 5, 4), floats(5, 4)),
        integer("axis", 1),
        text("reduction", "add"));
    addFixed(14, "Trilu", F32, floats(2, 3, 4), List.of());
    addFixed(14, "Trilu", F32, floats(3, 4), List.of(scalar(I64, -1)), integer("upper", 0));
    addFixed(14, "Trilu", F32, floats(3, 4), List.of(scalar(I64, 1)));
  }

  private void declareGenerators() {
    constant(7, tensor("value", floats(2, 3)), F32);
    constant(12, number("value_float", 1.5), F32);
    constant(12, numbers("value_floats", 1.5f, 2), F32);
    constant(12, integer("value_int", -7), I64);
    constant(13, integers("value_ints", 1L << 60, 2), I64);
    addShape("ConstantOfShape-9", TestModel.opset(9), F32);
    addShape(
        "ConstantOfShape-9-value", TestModel.opset(9), I32, tensor("value", ints(I32, 1, 9, 1)));
    range(scalar(I64, 1), scalar(I64, 10), scalar(I64, 3));
    range(scalar(I64, 9), scalar(I64, 0), scalar(I64, -2));
    range(scalar(I32, 3), scalar(I32, 2), scalar(I32, 1));
    range(scalar(F32, 0.5), scalar(F32, 3), scalar(F32, 0.5));
  }

  private void constant(long opset, AttributeProto attribute, DType dtype) {
    add(
        "Constant-" + opset + attribute.getName(),
        TestModel.opset(opset)
            .input("x", dtype, 1)
            .node("Constant", "", "c", attribute)
            .node("Add", "x c", "y")
            .output("y", dtype),
        Map.of("x", dtype == F32 ? floats(1) : ints(dtype, 0, 9, 1)));
  }

  private void addShape(String name, TestModel model, DType dtype, AttributeProto... attributes) {
    add(
        name,
        model
            .input("x", F32, 2, 3)
            .node("Shape", "x", "s")
            .node("ConstantOfShape", "s", "y", attributes)
            .output("y", dtype),
        Map.of("x", floats(2, 3)));
  }

  private void range(Tensor start, Tensor limit, Tensor delta) {
    DType dtype = start.dtype();
    add(
        "Range-11" + dtype + limit.getDouble(0),
        TestModel.opset(11)
            .input("x", dtype, 1)
            .initializer("start", start)
            .initializer("limit", limit)
            .initializer("delta", delta)
            .node("Range", "start limit delta", "r")
            .node("Add", "x r", "y")
            .output("y", dtype),
        Map.of("x", dtype == F32 ? floats(1) : ints(dtype, 0, 9, 1)));
  }

  private void declareLinear() {
    add(9, "MatMul", F32, List.of(floats(2, 3), floats(3, 4)));
    add(13, "MatMul", F32, List.of(floats(3), floats(3)));
    add(13, "MatMul", F32, List.of(floats(3), floats(2, 3, 4)));
    add(13, "MatMul", F32, List.of(floats(5, 2, 3), floats(3)));
    add(13, "MatMul", F32, List.of(floats(5, 1, 2, 3), floats(4, 3, 2)));
    add(7, "Gemm", F32, List.of(floats(2, 3), floats(3, 4), floats(4)));
    add(11, "Gemm", F32, List.of(floats(2, 3), floats(3, 4)));
    add(
        13,
        "Gemm",
        F32,
        List.of(floats(3, 2), floats(4, 3), floats(2, 1)),
        integer("transA", 1),
        integer("transB", 1),
        number("alpha", 0.5),
        number("beta", 2));
    add(7, "Conv", F32, List.of(floats(1, 2, 5, 6), floats(3, 2, 3, 3), floats(3)));
    add(11, "Conv", F32, List.of(floats(2, 4, 9), floats(6, 2, 3)), integer("group", 2));
    add(
        11,
        "Conv",
        F32,
        List.of(floats(1, 2, 7, 8), floats(3, 2, 3, 2)),
        integers("strides", 2, 1),
        integers("dilations", 1, 2),
        integers("pads", 1, 0, 2, 1),
        integers("kernel_shape", 3, 2));
    for (String mode : List.of("SAME_UPPER", "SAME_LOWER", "VALID")) {
      add(
          11,
          "Conv",
          F32,
          List.of(floats(1, 1, 7, 8), floats(1, 1, 4, 3)),
          text("auto_pad", mode),
          integers("strides", 2, 3));
    }
    add(11, "ConvTranspose", F32, List.of(floats(1, 2, 3, 4), floats(2, 3, 3, 3), floats(3)));
    add(
        11,
        "ConvTranspose",
        F32,
        List.of(floats(1, 4, 3, 4), floats(4, 2, 3, 3)),
        integer("group", 2),
        integers("strides", 2, 3),
        integers("pads", 1, 1, 0, 1),
        integers("output_padding", 1, 2));
    add(
        11,
        "ConvTranspose",
        F32,
        List.of(floats(1, 2, 3, 4), floats(2, 1, 3, 3)),
        integers("strides", 2, 2),
        integers("output_shape", 6, 8));
    add(
        11,
        "ConvTranspose",
        F32,
        List.of(floats(1, 2, 3), floats(2, 1, 3)),
        integers("strides", 2),
        text("auto_pad", "SAME_UPPER"));
  }

  private void declarePooling() {
    AttributeProto window = integers("kernel_shape", 3, 2);
    AttributeProto strides = integers("strides", 2, 2);
    AttributeProto ceil = integer("ceil_mode", 1);
    for (String type : List.of("MaxPool", "AveragePool")) {
      add(7, type, F32, List.of(floats(1, 2, 6, 7)), window);
      add(10, type, F32, List.of(floats(1, 2, 6, 7)), window, strides, ceil);
      add(11, type, F32, List.of(floats(1, 2, 6, 7)), window, integers("pads", 1, 0, 1, 1));
      add(
          11,
          type,
          F32,
          List.of(floats(1, 2, 6, 7)),
          window,
          strides,
          integers("pads", 1, 0, 1, 1),
          ceil);
      add(
          11,
          type,
          F32,
          List.of(floats(1, 2, 6, 7)),
          window,
          strides,
          text("auto_pad", "SAME_UPPER"));
    }
    add(
        12,
        "MaxPool",
        F32,
        List.of(floats(1, 2, 9)),
        integers("kernel_shape", 2),
        integers("dilations", 3));
    add(
        11,
        "AveragePool",
        F32,
        List.of(floats(1, 2, 6, 7)),
        window,
        integers("pads", 1, 0, 1, 1),
        integer("count_include_pad", 1));
    add(7, "GlobalAveragePool", F32, List.of(floats(1, 2, 3, 4)));
    add(7, "GlobalMaxPool", F32, List.of(floats(1, 2, 3, 4)));
  }

  private void declareNormalizations() {
    add(17, "LayerNormalization", F32, List.of(floats(2, 3, 4), floats(4), floats(4)));
    add(17, "LayerNormalization", F32, List.of(floats(2, 3, 4), floats(3, 4)), integer("axis", 1));
    add(
        "LayerNormalization-17-statistics",
        TestModel.opset(17)
            .input("x", F32, 2, 4)
            .input("s", F32, 4)
            .node("LayerNormalization", "x s", "y mean inverse", number("epsilon", 0.01))
            .output("y", F32)
            .output("mean", F32)
            .output("inverse", F32),
        Map.of("x", floats(2, 4), "s", floats(4)));
    add(23, "RMSNormalization", F32, List.of(floats(2, 3, 4), floats(4)));
    for (long opset : new long[] {7, 9, 14, 15}) {
      add(
          opset,
          "BatchNormalization",
          F32,
          List.of(floats(2, 3, 4, 5), floats(3), floats(3), floats(3), positive(3)),
          number("epsilon", 0.01));
    }
    add(7, "InstanceNormalization", F32, List.of(floats(2, 3, 4, 5), floats(3), floats(3)));
  }

  private void declareQuantizations() {
    Tensor ties = Tensor.of(new float[] {-0.75f, -0.25f, 0.25f, 0.75f, 1000, -1000}, 2, 3);
    addFixed(10, "QuantizeLinear", U8, ties, List.of(scalar(F32, 0.5), scalar(U8, 128)));
    addFixed(10, "QuantizeLinear", U8, ties, List.of(scalar(F32, 0.5)));
    addFixed(13, "QuantizeLinear", I8, ties, List.of(scalar(F32, 0.5), scalar(I8, 3)));
    addFixed(
        13,
        "QuantizeLinear",
        I8,
        floats(2, 3, 4),
        List.of(positive(3), ints(I8, -5, 5, 3)),
        integer("axis", 1));
    addFixed(
        21,
        "QuantizeLinear",
        I8,
        ties,
        List.of(scalar(F32, 0.5)),
        integer("output_dtype", ElementTypes.code(I8)));
    Tensor bytes = ints(U8, 0, 256, 2, 3);
    addFixed(10, "DequantizeLinear", F32, bytes, List.of(scalar(F32, 0.5), scalar(U8, 128)));
    addFixed(13, "DequantizeLinear", F32, bytes, List.of(positive(3)), integer("axis", -1));
    addFixed(19, "DequantizeLinear", F32, bytes, List.of(positive(1)));
    addFixed(13, "DequantizeLinear", F32, ints(I32, -999, 999, 5), List.of(scalar(F32, 0.5)));
  }
}
