package dev.halyard.testkit;

import dev.halyard.DType;
import java.util.List;

/** How cases of one operation are made. */
@FunctionalInterface
interface Family {
  List<DType> ANY = DType.values();
  List<DType> NUMERIC = ANY.stream().filter(type -> type != DType.BOOL).toList();
  List<DType> FLOATS = ANY.stream().filter(DType::isFloat).toList();
  List<DType> TRUTH = List.of(DType.BOOL);
  List<DType> QUANTIZED = List.of(DType.I8, DType.U8, DType.I16);

  /** Completes a draft of the dtype it names. */
  void make(Draft draft);

  /**
   * How cases of one operation are made, and for which element types.
   *
   * @param dtypes the element types that it admits, of its first operand as a rule
   * @param family how
   */
  record Entry(List<DType> dtypes, Family family) {}

  /** Takes the operations of a file. */
  @FunctionalInterface
  interface Registry {
    /** Adds an operation. */
    void put(String op, Entry entry);

    /** Adds an operation. */
    default void add(String op, List<DType> dtypes, Family family) {
      put(op, new Entry(dtypes, family));
    }
  }
}
