package dev.halyard.runtime.isolate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies between memory of this process and a device in the other, by way of shared memory: the
 * child sees nothing else of this process. What comes back is copied on by whoever first sees that
 * its ticket has completed. Allocates nothing but the shared memory, which it uses again.
 */
final class Transfers {
  private static final long SMALLEST = 1 << 16;

  /** How much shared memory is kept for the next copies. */
  private static final int KEPT = 4;

  /** A power of two, above the number of slots: what is pending beyond those is settled before. */
  private static final int CAPACITY = 2 * Lane.SLOTS;

  private final IsolatedDriver driver;
  private final List<Staging> idle = new ArrayList<>();

  // A ring of what is pending, from `first` on, in the order of the tickets.
  private final long[] tickets = new long[CAPACITY];
  private final @Nullable Staging[] stagings = new @Nullable Staging[CAPACITY];
  private final @Nullable MemorySegment[] targets = new @Nullable MemorySegment[CAPACITY];
  private int first;

  /** How many are pending; raised before a ticket can complete, lowered after its copy. */
  private volatile int waiting;

  /**
   * Shared memory for a copy at a time.
   *
   * @param id the child's number for it
   * @param memory as this process sees it
   * @param arena of the memory
   */
  record Staging(long id, MemorySegment memory, Arena arena) {}

  Transfers(IsolatedDriver driver) {
    this.driver = driver;
  }

  /**
   * {@return shared memory of at least some size, for one copy}
   *
   * @param bytes the size
   * @param completed the greatest ticket that has
   */
  synchronized Staging acquire(long bytes, long completed) {
    settle(completed);
    int best = -1;
    for (int i = 0; i < idle.size(); i++) {
      long size = idle.get(i).memory.byteSize();
      if (size >= bytes && (best < 0 || size < idle.get(best).memory.byteSize())) {
        best = i;
      }
    }
    return best < 0 ? create(Math.max(bytes, SMALLEST)) : idle.remove(best);
  }

  private Staging create(long bytes) {
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try {
      long id = driver.newMemoryId();
      SharedFolder folder = driver.child().folder();
      SharedFolder.Shared shared = folder.allocate(bytes, arena);
      try {
        driver
            .child()
            .call(Request.MAP, new MessageWriter().number(id).text(shared.file()).number(bytes));
      } finally {
        folder.discard(shared.file());
      }
      kept = true;
      return new Staging(id, shared.memory(), arena);
    } finally {
      if (!kept) {
        arena.close();
      }
    }
  }

  /**
   * Keeps shared memory until a ticket has completed; to be called before it can.
   *
   * @param target where its content goes then; null for nowhere
   */
  synchronized void add(long ticket, Staging staging, @Nullable MemorySegment target) {
    int at = (first + waiting) & (CAPACITY - 1);
    tickets[at] = ticket;
    stagings[at] = staging;
    targets[at] = target;
    waiting = waiting + 1;
  }

  /**
   * Cancels a ticket. One that is cancelled completes too, and its copy must not be made then.
   *
   * @param attempt whether it is cancelled
   */
  synchronized boolean cancel(long ticket, BooleanSupplier attempt) {
    boolean cancelled = attempt.getAsBoolean();
    for (int i = 0; cancelled && i < waiting; i++) {
      int at = (first + i) & (CAPACITY - 1);
      if (tickets[at] == ticket) {
        targets[at] = null;
      }
    }
    return cancelled;
  }

  /** Makes the copies of all tickets up to one that has completed. */
  void settle(long completed) {
    if (waiting == 0) {
      return;
    }
    synchronized (this) {
      while (waiting > 0 && tickets[first] <= completed) {
        settleFirst();
      }
      while (idle.size() > KEPT) {
        release(idle.removeFirst());
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock alone
  private void settleFirst() {
    Staging staging = stagings[first];
    MemorySegment target = targets[first];
    if (staging != null) {
      if (target != null) {
        MemorySegment.copy(staging.memory, 0, target, 0, target.byteSize());
      }
      idle.addLast(staging);
    }
    stagings[first] = null;
    targets[first] = null;
    first = (first + 1) & (CAPACITY - 1);
    waiting = waiting - 1;
  }

  private void release(Staging staging) {
    driver.free(staging.id);
    staging.arena.close();
  }

  /** Gives back all memory; copies that are pending are not made any more. */
  synchronized void close() {
    for (Staging staging : stagings) {
      if (staging != null) {
        release(staging);
      }
    }
    idle.forEach(this::release);
    idle.clear();
    waiting = 0;
  }
}
