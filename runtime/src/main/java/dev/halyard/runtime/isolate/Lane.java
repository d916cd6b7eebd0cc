package dev.halyard.runtime.isolate;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The queue of one stream in memory that both processes map: a ring of slots that the application's
 * side fills and the child's side drains, in order.
 *
 * <p>Each counter has a cache line of its own and one writer. Slots are numbered from 1; what the
 * stream's user knows are tickets, which only some slots have. A slot's content is published by
 * {@code submitted}, the results of its work by {@code drained}. Whoever is about to park says so
 * first and looks once more, and whoever publishes looks after that: of the two one sees the other,
 * as both accesses are volatile.
 */
final class Lane {
  /** A power of two. A submission that finds the ring full waits. */
  static final int SLOTS = 256;

  static final int EXECUTE = 1;
  static final int SUBMIT = 2;
  static final int UPLOAD = 3;
  static final int DOWNLOAD = 4;
  static final int COPY = 5;
  static final int WAIT = 6;

  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final long LINE = 64;
  private static final long SUBMITTED = 0;
  private static final long DRAINED = LINE;
  private static final long COMPLETED = 2 * LINE;
  private static final long CHILD_PARKED = 3 * LINE;
  private static final long PARENT_PARKED = 4 * LINE;
  private static final long RING = 5 * LINE;

  // Offsets within a slot.
  private static final long STATE = 0;
  private static final long KIND = 8;
  private static final long TICKET = 16;
  private static final long ARGUMENTS = 24;

  /** A slot's state is its number, so that a late look at a reused slot fails, above these bits. */
  private static final int STATE_BITS = 2;

  private static final long QUEUED = 0;
  private static final long STARTED = 1;
  private static final long CANCELLED = 2;

  /** The size of the memory. */
  static final long BYTES = RING + SLOTS * LINE;

  private final MemorySegment memory;

  Lane(MemorySegment memory) {
    this.memory = memory;
  }

  private static long at(long slot) {
    return RING + (slot & (SLOTS - 1)) * LINE;
  }

  /** Fills a slot that {@link #publish} then shows to the child; the arguments depend on kind. */
  void fill(long slot, int kind, long ticket, long a, long b, long c, long d, long e) {
    long at = at(slot);
    memory.set(ValueLayout.JAVA_LONG, at + KIND, kind);
    memory.set(ValueLayout.JAVA_LONG, at + TICKET, ticket);
    memory.set(ValueLayout.JAVA_LONG, at + ARGUMENTS, a);
    memory.set(ValueLayout.JAVA_LONG, at + ARGUMENTS + 8, b);
    memory.set(ValueLayout.JAVA_LONG, at + ARGUMENTS + 16, c);
    memory.set(ValueLayout.JAVA_LONG, at + ARGUMENTS + 24, d);
    memory.set(ValueLayout.JAVA_LONG, at + ARGUMENTS + 32, e);
    LONG.setVolatile(memory, at + STATE, (slot << STATE_BITS) | QUEUED);
  }

  /** {@return whether the child has to be woken} */
  boolean publish(long slot) {
    LONG.setVolatile(memory, SUBMITTED, slot);
    return (long) LONG.getVolatile(memory, CHILD_PARKED) != 0
        && (long) LONG.getAndSet(memory, CHILD_PARKED, 0L) != 0;
  }

  long submitted() {
    return (long) LONG.getVolatile(memory, SUBMITTED);
  }

  int kind(long slot) {
    return (int) memory.get(ValueLayout.JAVA_LONG, at(slot) + KIND);
  }

  /** {@return the ticket of a slot; 0 where nobody knows it by one} */
  long ticket(long slot) {
    return memory.get(ValueLayout.JAVA_LONG, at(slot) + TICKET);
  }

  long argument(long slot, int index) {
    return memory.get(ValueLayout.JAVA_LONG, at(slot) + ARGUMENTS + 8L * index);
  }

  /** {@return whether the child may run the slot; from then on it cannot be cancelled} */
  boolean start(long slot) {
    long state = slot << STATE_BITS;
    return LONG.compareAndSet(memory, at(slot) + STATE, state | QUEUED, state | STARTED);
  }

  /** {@return whether the child will pass the slot over} */
  boolean cancel(long slot) {
    long state = slot << STATE_BITS;
    return LONG.compareAndSet(memory, at(slot) + STATE, state | QUEUED, state | CANCELLED);
  }

  /**
   * Shows the application's side what is done.
   *
   * @param slot with all before it
   * @param ticket the greatest ticket among them
   * @return whether somebody there has to be woken
   */
  boolean complete(long slot, long ticket) {
    LONG.setRelease(memory, COMPLETED, ticket);
    LONG.setVolatile(memory, DRAINED, slot);
    return (long) LONG.getVolatile(memory, PARENT_PARKED) != 0
        && (long) LONG.getAndSet(memory, PARENT_PARKED, 0L) != 0;
  }

  /** {@return the last slot that is done, with all before it} */
  long drained() {
    return (long) LONG.getAcquire(memory, DRAINED);
  }

  /** {@return the greatest ticket that has completed} */
  long completed() {
    return (long) LONG.getAcquire(memory, COMPLETED);
  }

  /** Announces that the child is about to park; it has to look at {@link #submitted} after this. */
  void parkChild() {
    LONG.setVolatile(memory, CHILD_PARKED, 1L);
  }

  void unparkChild() {
    LONG.setVolatile(memory, CHILD_PARKED, 0L);
  }

  /** {@return the last slot done, after announcing that somebody is about to park until more is} */
  long parkParent() {
    LONG.setVolatile(memory, PARENT_PARKED, 1L);
    return (long) LONG.getVolatile(memory, DRAINED);
  }
}
