package dev.halyard.runtime.execute;

import dev.halyard.internal.InFlight;
import dev.halyard.internal.LeasedArena;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an invocation does to the memory bound to it: leases on its arenas while it runs, and a note
 * of what it reads and writes while it is in flight.
 */
final class MemoryUse {
  private final LeasedArena[] arenas;
  private final InFlight[] inFlight;
  private final List<InFlight.Use> uses;

  /** Read by nobody: keeps automatic arenas reachable for as long as a device may write them. */
  @SuppressWarnings({"unused", "FieldCanBeLocal"})
  private final BoundMemory bound;

  MemoryUse(BoundMemory bound, DefaultInvocation owner) {
    this.bound = bound;
    this.arenas = bound.arenas().toArray(LeasedArena[]::new);
    this.inFlight = bound.inFlight().toArray(InFlight[]::new);
    this.uses = bound.uses(owner);
  }

  void register(LeasedArena.Holder holder) {
    for (LeasedArena arena : arenas) {
      arena.register(holder);
    }
  }

  void unregister(LeasedArena.Holder holder) {
    for (LeasedArena arena : arenas) {
      arena.unregister(holder);
    }
  }

  /**
   * Takes a lease on every arena, or on none.
   *
   * @throws IllegalStateException if an arena is closed or closing
   */
  void lease() {
    int taken = 0;
    try {
      for (; taken < arenas.length; taken++) {
        arenas[taken].acquire();
      }
    } finally {
      if (taken < arenas.length) {
        while (taken-- > 0) {
          arenas[taken].release();
        }
      }
    }
  }

  /** Returns the leases. */
  void release() {
    for (LeasedArena arena : arenas) {
      arena.release();
    }
  }

  /** {@return whether a submission in flight is in the way; part of the hot path} */
  boolean conflicts() {
    for (InFlight use : inFlight) {
      if (!use.isEmpty() && conflicts(use)) {
        return true;
      }
    }
    return false;
  }

  /** Settles those in the way one by one, since they may have ended and nobody have looked. */
  private boolean conflicts(InFlight use) {
    Object previous = null;
    while (use.conflict(uses, MemoryUse::isExcused) instanceof DefaultInvocation other) {
      if (other.equals(previous)) {
        return true;
      }
      other.settle();
      previous = other;
    }
    return false;
  }

  private static boolean isExcused(Object owner) {
    return false;
  }

  /**
   * Notes the use, unless one in flight is in the way.
   *
   * @return whether it was noted; if not, nothing is
   */
  boolean begin(Object owner, Predicate<Object> excused) {
    for (InFlight use : inFlight) {
      if (!begin(use, excused)) {
        end(owner);
        return false;
      }
    }
    return true;
  }

  private boolean begin(InFlight use, Predicate<Object> excused) {
    Object previous = null;
    while (true) {
      @Nullable Object owner = use.begin(uses, excused);
      if (owner == null) {
        return true;
      }
      if (owner.equals(previous) || !(owner instanceof DefaultInvocation other)) {
        return false;
      }
      other.settle();
      previous = owner;
    }
  }

  /** Ends the uses of an owner. */
  void end(Object owner) {
    for (InFlight use : inFlight) {
      use.end(owner);
    }
  }
}
