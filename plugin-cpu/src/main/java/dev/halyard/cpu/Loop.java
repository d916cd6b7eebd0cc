package dev.halyard.cpu;

/** One pass over F32 elements; {@link LoopGenerator} makes the implementations. */
interface Loop {
  /**
   * Runs the loop. Arguments that it doesn't use are ignored.
   *
   * @param a address of the first operand's elements
   * @param b address of the second operand's
   * @param c address of the third operand's
   * @param y address of the results; may be that of an operand
   * @param s a number for all elements
   * @param t a number for all elements
   * @param u a number for all elements
   * @param n count of elements
   * @return the reduction of the results; 0 where there is none
   */
  float run(long a, long b, long c, long y, float s, float t, float u, int n);
}
