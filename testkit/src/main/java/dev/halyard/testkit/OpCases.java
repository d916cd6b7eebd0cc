package dev.halyard.testkit;

import dev.halyard.DType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Graphs of one operation, with random shapes, attributes, broadcasts and inputs.
 *
 * <p>Shapes have ranks 0 to 5 and small extents, 0 and 1 among them. Half of the cases have inputs
 * of everyday numbers, the others NaN, infinities, zeros of both signs, denormals and limits, or
 * numbers of all magnitudes.
 */
public final class OpCases {
  private static final Map<String, Family.Entry> FAMILIES = new LinkedHashMap<>();

  static {
    ElementwiseCases.declareAll(FAMILIES::put);
    LinearCases.declareAll(FAMILIES::put);
    ReductionCases.declareAll(FAMILIES::put);
    DataCases.declareAll(FAMILIES::put);
    QuantizationCases.declareAll(FAMILIES::put);
  }

  private OpCases() {}

  /** {@return the ids of all operations, primitives and composites} */
  public static Set<String> ids() {
    return Collections.unmodifiableSet(FAMILIES.keySet());
  }

  /**
   * {@return the element types that an operation admits, of its first operand as a rule}
   *
   * @param op one of {@link #ids}
   */
  public static List<DType> dtypes(String op) {
    return entry(op).dtypes();
  }

  /**
   * {@return a graph of one operation}
   *
   * @param op one of {@link #ids}
   * @param dtype one of {@link #dtypes}
   * @param seed equal seeds give equal cases
   */
  public static Case generate(String op, DType dtype, long seed) {
    SplittableRandom random =
        new SplittableRandom(seed ^ ((long) op.hashCode() << 8) ^ dtype.code());
    Samples.Flavour flavour =
        switch (random.nextInt(4)) {
          case 0 -> Samples.Flavour.SPECIAL;
          case 1 -> Samples.Flavour.WIDE;
          default -> Samples.Flavour.ORDINARY;
        };
    Draft draft = new Draft(op.substring(0, op.indexOf('/')), dtype, flavour, random);
    entry(op).family().make(draft);
    return draft.build(
        "OpCases.generate(\"" + op + "\", DType." + dtype + ", " + seed + "L): " + flavour);
  }

  private static Family.Entry entry(String op) {
    Family.Entry entry = FAMILIES.get(op);
    if (entry == null) {
      throw new IllegalArgumentException("no cases are made of '" + op + "'; known are " + ids());
    }
    return entry;
  }
}
