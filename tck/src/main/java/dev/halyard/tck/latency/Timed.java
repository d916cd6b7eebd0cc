package dev.halyard.tck.latency;

/** Something that is run again and again: the algorithms know no other clock. */
@FunctionalInterface
interface Timed {
  /** Runs once. {@return how long the part in question took, in nanoseconds} */
  long run() throws Exception;
}
