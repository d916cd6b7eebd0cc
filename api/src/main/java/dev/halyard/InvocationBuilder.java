package dev.halyard;

import java.lang.foreign.MemorySegment;

/**
 * Binds memory to the ports of a kernel. Not safe for use by several threads. Not for
 * implementation outside Halyard.
 */
public interface InvocationBuilder {
  /**
   * Binds an input to a tensor, without a copy where the device reaches its memory.
   *
   * @param name the input
   * @param tensor of the input's dtype and shape; with variants, of the largest of their shapes
   * @return this
   * @throws InvalidGraphException if there is no such input, or the dtype or shape differs
   */
  InvocationBuilder input(String name, Tensor tensor);

  /**
   * Binds an input to plain memory, which every run copies from into memory of the invocation. The
   * segment may be on the heap, and its scope stays the caller's affair.
   *
   * @param name the input
   * @param segment of exactly the input's size
   * @return this
   * @throws InvalidGraphException if there is no such input
   */
  InvocationBuilder input(String name, MemorySegment segment);

  /**
   * Binds an output to a tensor.
   *
   * @param name the output
   * @param tensor of the output's dtype and shape; overlaps no other tensor bound
   * @return this
   * @throws InvalidGraphException if there is no such output, or the dtype or shape differs
   */
  InvocationBuilder output(String name, Tensor tensor);

  /**
   * Binds an output to plain memory, which every run copies into from memory of the invocation.
   *
   * @param name the output
   * @param segment of exactly the output's size, writable; may be on the heap
   * @return this
   * @throws InvalidGraphException if there is no such output
   */
  InvocationBuilder output(String name, MemorySegment segment);

  /**
   * Binds a state to a tensor that every run reads and updates in place.
   *
   * @param name the state
   * @param tensor of the state's dtype and shape; overlaps no other tensor bound
   * @return this
   * @throws InvalidGraphException if there is no such state, or the dtype or shape differs
   */
  InvocationBuilder state(String name, Tensor tensor);

  /**
   * Says that an output is not wanted. An output that is neither bound nor discarded is an error.
   *
   * @param name the output
   * @return this
   * @throws InvalidGraphException if there is no such output
   */
  InvocationBuilder discard(String name);

  /**
   * Resolves everything that a run needs. The dimensions follow from the shapes of the tensors;
   * plain segments need variants when the graph is symbolic.
   *
   * @param variants choices of dimensions that one invocation is to switch between by {@link
   *     Invocation#execute(int)}, using the leading bytes of the tensors; none for the one that the
   *     tensors give
   * @return the invocation
   * @throws InvalidGraphException if a port is unbound, shapes contradict each other, or one tensor
   *     is both input and output
   * @throws IllegalStateException if the kernel or an arena is closed
   */
  Invocation prepare(Dims... variants);
}
