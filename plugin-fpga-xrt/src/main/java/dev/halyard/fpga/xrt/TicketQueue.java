package dev.halyard.fpga.xrt;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The submissions of a stream that have not completed, oldest first. Entries are used again, so
 * that a submission allocates nothing once the queue has grown to its depth. Guarded by the stream.
 */
final class TicketQueue {
  /** One submission: a binding, a copy, or a wait for another stream. */
  static final class Entry {
    long ticket;
    @Nullable XrtBinding binding;
    @Nullable MemorySegment from;
    @Nullable MemorySegment to;
    @Nullable XrtStream other;
    long otherTicket;
    boolean cancelled;

    /** Whether the device is lost when this begins, as a test asked. */
    boolean fatal;

    private void clear() {
      binding = null;
      from = null;
      to = null;
      other = null;
      cancelled = false;
      fatal = false;
    }
  }

  private Entry[] ring = filled(new Entry[8], 0);
  private int head;
  private int size;
  private boolean running;

  private static Entry[] filled(Entry[] ring, int from) {
    for (int i = from; i < ring.length; i++) {
      ring[i] = new Entry();
    }
    return ring;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** {@return a new entry at the end, with a ticket and nothing else} */
  Entry add(long ticket) {
    if (size == ring.length) {
      grow();
    }
    Entry entry = at(size);
    entry.clear();
    entry.ticket = ticket;
    size++;
    return entry;
  }

  private void grow() {
    Entry[] larger = new Entry[ring.length * 2];
    for (int i = 0; i < size; i++) {
      larger[i] = at(i);
    }
    ring = filled(larger, size);
    head = 0;
  }

  private Entry at(int index) {
    return ring[(head + index) & (ring.length - 1)];
  }

  /** {@return the oldest entry, which stays in the queue until {@link #end}} */
  Entry begin() {
    running = true;
    return at(0);
  }

  void end() {
    at(0).clear();
    head = (head + 1) & (ring.length - 1);
    size--;
    running = false;
  }

  /** {@return whether the submission was waiting and will now have no effect} */
  boolean cancel(long ticket) {
    for (int i = running ? 1 : 0; i < size; i++) {
      Entry entry = at(i);
      if (entry.ticket == ticket && entry.other == null) {
        entry.cancelled = true;
        return true;
      }
    }
    return false;
  }

  void clear() {
    size = 0;
    running = false;
  }
}
