package dev.halyard.opencl;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The submissions of a stream that have not completed, oldest first. Entries are used again, so
 * that a submission allocates nothing once the queue has grown to its depth. Guarded by its owner;
 * only {@link #isEmpty} may be asked without the lock, as a hint.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // written under its owner's monitor alone
final class TicketQueue {
  /** One submission: commands that end with an event, or a wait for another stream. */
  static final class Entry {
    long ticket;

    /** Of the first command; 0 if there is but one. */
    long firstEvent;

    /** Of the last command; 0 if nothing was enqueued. */
    long event;

    @Nullable Submissions other;
    long otherTicket;

    /** Pinned memory that the copy goes through; null if this is no copy, or goes without. */
    @Nullable ClBlock staged;

    /** Where a copy from the device goes from there; null if this is none. */
    @Nullable MemorySegment target;

    /** Whether the device is lost when this is due, as a test asked. */
    boolean fatal;
  }

  private Entry[] ring = filled(new Entry[8], 0);
  private int head;
  private volatile int size;

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
    entry.ticket = ticket;
    entry.firstEvent = 0;
    entry.event = 0;
    entry.other = null;
    entry.otherTicket = 0;
    entry.staged = null;
    entry.target = null;
    entry.fatal = false;
    size = size + 1;
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

  /** {@return the oldest entry} */
  Entry oldest() {
    return at(0);
  }

  /** {@return the entry that was added last} */
  Entry newest() {
    return at(size - 1);
  }

  void removeOldest() {
    oldest().other = null;
    oldest().staged = null;
    oldest().target = null;
    head = (head + 1) & (ring.length - 1);
    size = size - 1;
  }

  /** {@return the event of a ticket that is in the queue; 0 if there is none} */
  long eventOf(long ticket) {
    for (int i = 0; i < size; i++) {
      Entry entry = at(i);
      if (entry.ticket == ticket && entry.other == null) {
        return entry.event;
      }
    }
    return 0;
  }
}
