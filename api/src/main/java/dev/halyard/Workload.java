package dev.halyard;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Realistic inputs to measure with. Inputs that are not given are seeded random numbers, 0 or 1 for
 * integers, which is wrong for the likes of token ids: give those.
 */
public final class Workload {
  private static final Workload STANDARD = new Workload(Dims.none(), Map.of());

  private final Dims dims;
  private final Map<String, Supplier<Tensor>> inputs;

  private Workload(Dims dims, Map<String, Supplier<Tensor>> inputs) {
    this.dims = dims;
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /** {@return random inputs for a graph with fixed shapes} */
  public static Workload standard() {
    return STANDARD;
  }

  /**
   * {@return random inputs of some dimensions}
   *
   * @param dims a value for every symbol of the graph
   */
  public static Workload at(Dims dims) {
    return new Workload(dims, Map.of());
  }

  /**
   * {@return this with one input given}
   *
   * @param name the input
   * @param supplier makes a tensor of the input's dtype and shape; called once per measurement
   */
  public Workload input(String name, Supplier<Tensor> supplier) {
    Map<String, Supplier<Tensor>> more = new LinkedHashMap<>(inputs);
    more.put(name, supplier);
    return new Workload(dims, more);
  }

  /** {@return the values of the symbols} */
  public Dims dims() {
    return dims;
  }

  /**
   * {@return what makes an input, if it was given}
   *
   * @param name the input
   */
  public Optional<Supplier<Tensor>> input(String name) {
    return Optional.ofNullable(inputs.get(name));
  }
}
