package dev.halyard.runtime.reference;

import dev.halyard.DType;
import dev.halyard.spi.Attributes;
import java.util.List;

/** Evaluates one primitive. */
@FunctionalInterface
interface Primitive {
  /** {@return the results} */
  List<Array> apply(Call call);

  /**
   * One evaluation of a primitive.
   *
   * @param attributes the attributes, without symbols
   * @param operands the operands
   * @param result the element type of the first result
   */
  record Call(Attributes attributes, List<Array> operands, DType result) {
    Array operand(int index) {
      return operands.get(index);
    }

    int axis() {
      return Index.axis(attributes.integer("axis"), operand(0).rank());
    }

    int[] integers(String name) {
      return Array.ints(attributes.integers(name));
    }

    int[] extents(String name) {
      return Array.ints(attributes.shape(name).toArray());
    }
  }

  /** Takes the primitives of a family. */
  @FunctionalInterface
  interface Registry {
    /** Adds one. */
    void add(String id, Primitive primitive);

    /** Adds one with a single result. */
    default void addSingle(String id, Single primitive) {
      add(id, call -> List.of(primitive.apply(call)));
    }
  }

  /** Evaluates one primitive with a single result. */
  @FunctionalInterface
  interface Single {
    /** {@return the result} */
    Array apply(Call call);
  }
}
