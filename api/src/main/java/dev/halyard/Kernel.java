package dev.halyard;

import java.util.Map;

/**
 * A compiled graph. Safe for use by several threads, each with an {@link Invocation} of its own.
 * Not for implementation outside Halyard.
 */
public interface Kernel extends AutoCloseable {
  /** {@return the graph that was compiled} */
  Graph graph();

  /** {@return the device it was compiled for} */
  Device device();

  /**
   * {@return what runs where, and why; of a graph with symbols on a device that compiles for each
   * choice of dimensions, for the choice that was used last, and without steps before any was}
   */
  Plan plan();

  /** {@return a new arena in the memory that the device reaches fastest} */
  TensorArena openArena();

  /**
   * Allocates a tensor for an input or state of a fixed shape.
   *
   * @param arena where
   * @param name the input
   * @return zeros
   * @throws InvalidGraphException if there is no such input, or its shape is symbolic
   */
  default Tensor allocateInput(TensorArena arena, String name) {
    return allocateInput(arena, name, Dims.none());
  }

  /**
   * Allocates a tensor for an input or state.
   *
   * @param arena where
   * @param name the input
   * @param dims values for the symbols in its shape
   * @return zeros
   * @throws InvalidGraphException if there is no such input
   * @throws IllegalArgumentException if a symbol has no value, or one outside its bounds
   */
  Tensor allocateInput(TensorArena arena, String name, Dims dims);

  /**
   * Allocates a tensor for an output of a fixed shape.
   *
   * @param arena where
   * @param name the output
   * @return zeros
   * @throws InvalidGraphException if there is no such output, or its shape is symbolic
   */
  default Tensor allocateOutput(TensorArena arena, String name) {
    return allocateOutput(arena, name, Dims.none());
  }

  /**
   * Allocates a tensor for an output.
   *
   * @param arena where
   * @param name the output
   * @param dims values for the symbols in its shape
   * @return zeros
   * @throws InvalidGraphException if there is no such output
   * @throws IllegalArgumentException if a symbol has no value, or one outside its bounds
   */
  Tensor allocateOutput(TensorArena arena, String name, Dims dims);

  /**
   * Makes everything ready for some dimensions, so that binding to them compiles nothing. A kernel
   * keeps a bounded number of specialisations; constants are shared between them.
   *
   * @param dims one or more choices of values for the symbols
   * @throws IllegalArgumentException if a symbol has no value, or one outside its bounds
   */
  void specialize(Dims... dims);

  /** {@return a new builder of an invocation} */
  InvocationBuilder bind();

  /**
   * Runs once, for convenience: allocates, binds and copies each time.
   *
   * @param inputs a tensor per input; dimensions follow from their shapes
   * @return a tensor per output, which lives as long as it is reachable
   * @throws InvalidGraphException if an input is missing, unknown, or of another dtype or shape
   */
  Map<String, Tensor> run(Map<String, Tensor> inputs);

  /** {@return counters since the kernel was compiled} */
  Metrics metrics();

  /** Waits for the runs in flight, then frees what the kernel holds, its invocations included. */
  @Override
  void close();

  /**
   * Counters of a kernel.
   *
   * @param executions how many runs have ended, {@code execute} and {@code submit} together
   * @param failures how many of them failed
   * @param specializations how many choices of dimensions are ready
   * @param compilations how many programs were compiled
   * @param constantBytes the bytes of constants, counted once however many specialisations share
   *     them
   */
  record Metrics(
      long executions, long failures, int specializations, long compilations, long constantBytes) {}
}
