package dev.halyard.onnx;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every operator of the standard domain that can be imported. */
final class Operators {
  /** The oldest version of the operator set that is understood. */
  static final long OLDEST = 7;

  /** The newest version of the operator set that is understood. */
  static final long NEWEST = 25;

  private static final Map<String, Operator> ALL = new TreeMap<>();

  static {
    Consumer<Operator> add =
        operator -> {
          if (ALL.put(operator.type(), operator) != null) {
            throw new IllegalStateException(operator.type() + " is declared twice");
          }
        };
    ElementwiseOperators.declareAll(add);
    ActivationOperators.declareAll(add);
    LogicOperators.declareAll(add);
    ReductionOperators.declareAll(add);
    ShapeOperators.declareAll(add);
    SliceOperators.declareAll(add);
    IndexOperators.declareAll(add);
    GeneratorOperators.declareAll(add);
    LinearOperators.declareAll(add);
    ConvolutionOperators.declareAll(add);
    PoolingOperators.declareAll(add);
    NormalizationOperators.declareAll(add);
    QuantizationOperators.declareAll(add);
  }

  private Operators() {}

  /** {@return the operator of a name, or null} */
  static @Nullable Operator find(String type) {
    return ALL.get(type);
  }

  /** {@return every operator by its name} */
  static Map<String, Operator> all() {
    return Collections.unmodifiableMap(ALL);
  }
}
