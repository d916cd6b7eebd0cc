package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Every operation, by its versioned id. */
public final class Vocabulary {
  static final Set<DType> FLOATS = Set.of(DType.F32, DType.F64, DType.F16, DType.BF16);
  static final Set<DType> INTEGERS = Set.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.I64);
  static final Set<DType> NUMERIC =
      DType.values().stream().filter(t -> t != DType.BOOL).collect(Collectors.toUnmodifiableSet());
  static final Set<DType> ANY = Set.copyOf(DType.values());
  static final Set<DType> INDICES = Set.of(DType.I32, DType.I64);

  private static final Map<String, Op> OPS = new LinkedHashMap<>();

  static {
    Consumer<Op> declare =
        op -> {
          if (OPS.put(op.id(), op) != null) {
            throw new IllegalStateException(op.id() + " is declared twice");
          }
        };
    ElementwiseOps.declareAll(declare);
    LinearOps.declareAll(declare);
    ReductionOps.declareAll(declare);
    DataOps.declareAll(declare);
    QuantizationOps.declareAll(declare);
    ActivationComposites.declareAll(declare);
    NormalizationComposites.declareAll(declare);
    SpatialComposites.declareAll(declare);
    OtherComposites.declareAll(declare);
    QuantizedComposites.declareAll(declare);
  }

  private Vocabulary() {}

  /** {@return every operation, primitives first, in the order of docs/operations.md} */
  public static Collection<Op> all() {
    return Collections.unmodifiableCollection(OPS.values());
  }

  /** {@return whether an id is this vocabulary's to define, known or not} */
  public static boolean isReserved(String op) {
    return op.startsWith("halyard.") || op.indexOf('.') < 0;
  }

  /**
   * {@return the operation of a call, once its attributes and number of operands are known to fit}
   */
  public static Op require(OpCall call) {
    Op op = OPS.get(call.op());
    if (op == null) {
      throw call.error(
          "there is no such operation; docs/operations.md lists them, and composites of your own go"
              + " through composite(...)");
    }
    int count = call.operands().size();
    call.require(
        count >= op.minOperands() && count <= op.maxOperands(),
        "takes the operands " + op.operands() + ", given are " + count);
    call.require(
        call.attributes().names().equals(op.attributes().keySet()),
        "has the attributes "
            + op.attributes().keySet()
            + ", given are "
            + call.attributes().names());
    op.attributes().forEach((name, kind) -> requireKind(call, name, kind));
    return op;
  }

  private static void requireKind(OpCall call, String name, Op.Kind kind) {
    try {
      switch (kind) {
        case INTEGER -> call.attributes().integer(name);
        case NUMBER -> call.attributes().number(name);
        case FLAG -> call.attributes().flag(name);
        case TEXT -> call.attributes().text(name);
        case DTYPE -> call.attributes().dtype(name);
        case INTEGERS -> call.attributes().integers(name);
        case SHAPE -> call.attributes().shape(name);
      }
    } catch (IllegalArgumentException e) {
      throw call.error("attribute '" + name + "' must be of kind " + kind);
    }
  }

  /** {@return a list of one type} */
  static List<ValueType> one(DType dtype, Shape shape) {
    return List.of(new ValueType(dtype, shape));
  }
}
