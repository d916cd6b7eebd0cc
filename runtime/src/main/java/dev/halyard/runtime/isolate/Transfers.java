package dev.halyard.runtime.isolate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies between memory of this process and a device in the other, by way of shared memory: the
 * child sees nothing else of this process. What comes back is copied on by whoever first sees that
 * its ticket has completed.
 */
final class Transfers {
  private static final long SMALLEST = 1 << 16;

  /** Shared memory that is kept for the next copy. */
  private static final int KEPT = 4;

  private final IsolatedDriver driver;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final List<Staging> idle = new ArrayList<>();

  /** How many are pending; raised before a ticket can complete, lowered after its copy. */
  private volatile int waiting;

  /**
   * Shared memory for a copy at a time.
   *
   * @param id the child's number for it
   */
  record Staging(long id, MemorySegment memory, Arena arena) {}

  private record Pending(long ticket, Staging staging, @Nullable MemorySegment target) {}

  Transfers(IsolatedDriver driver) {
    this.driver = driver;
  }

  /** {@return shared memory of at least some size, for one copy} */
  synchronized Staging acquire(long bytes) {
    Staging found =
        idle.stream()
            .filter(staging -> staging.memory.byteSize() >= bytes)
            .min(Comparator.comparingLong(staging -> staging.memory.byteSize()))
            .orElse(null);
    if (found == null) {
      return create(Math.max(bytes, SMALLEST));
    }
    idle.remove(found);
    return found;
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
    pending.addLast(new Pending(ticket, staging, target));
    waiting = pending.size();
  }

  /** Makes the copies of all tickets up to one that has completed. */
  void settle(long completed) {
    if (waiting == 0) {
      return;
    }
    synchronized (this) {
      for (Pending first = pending.peekFirst();
          first != null && first.ticket <= completed;
          first = pending.peekFirst()) {
        if (first.target != null) {
          MemorySegment.copy(first.staging.memory, 0, first.target, 0, first.target.byteSize());
        }
        pending.removeFirst();
        idle.addLast(first.staging);
      }
      while (idle.size() > KEPT) {
        release(idle.removeFirst());
      }
      waiting = pending.size();
    }
  }

  private void release(Staging staging) {
    driver.free(staging.id);
    staging.arena.close();
  }

  /** Gives back all memory; copies that are pending are not made any more. */
  synchronized void close() {
    pending.forEach(copy -> release(copy.staging));
    pending.clear();
    idle.forEach(this::release);
    idle.clear();
    waiting = 0;
  }
}
