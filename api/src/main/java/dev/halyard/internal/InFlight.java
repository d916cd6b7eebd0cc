package dev.halyard.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The memory that submissions in flight read and write, so that a conflicting use is refused.
 *
 * <p>{@link #isEmpty} is one volatile read, for the hot path; everything else takes a lock.
 */
public final class InFlight {
  private final List<Use> uses = new ArrayList<>();
  private volatile boolean empty = true;

  /**
   * A range of memory in use.
   *
   * @param start its first address
   * @param end the address after its last
   * @param writes whether it is written
   * @param owner who uses it
   */
  public record Use(long start, long end, boolean writes, Object owner) {
    boolean isOf(Object who) {
      return owner.equals(who);
    }

    boolean conflicts(Use other) {
      return start < other.end
          && other.start < end
          && (writes || other.writes)
          && !isOf(other.owner);
    }
  }

  /** {@return whether nothing is in flight} */
  public boolean isEmpty() {
    return empty;
  }

  /**
   * {@return the owner of a use that conflicts with one of some others; null if none does}
   *
   * @param wanted the uses intended
   * @param excused owners whose uses do not count
   */
  public synchronized @Nullable Object conflict(List<Use> wanted, Predicate<Object> excused) {
    for (int i = 0; i < wanted.size(); i++) {
      for (int j = 0; j < uses.size(); j++) {
        if (uses.get(j).conflicts(wanted.get(i)) && !excused.test(uses.get(j).owner)) {
          return uses.get(j).owner;
        }
      }
    }
    return null;
  }

  /**
   * Adds uses, unless one conflicts. Allocates nothing once it has grown.
   *
   * @param wanted the uses intended
   * @param excused owners whose uses do not count
   * @return the owner of the use in the way, or null
   */
  public synchronized @Nullable Object begin(List<Use> wanted, Predicate<Object> excused) {
    Object owner = conflict(wanted, excused);
    if (owner == null) {
      for (int i = 0; i < wanted.size(); i++) {
        uses.add(wanted.get(i));
      }
      empty = uses.isEmpty();
    }
    return owner;
  }

  /**
   * Ends the uses of an owner.
   *
   * @param owner who used
   */
  public synchronized void end(Object owner) {
    for (int i = uses.size() - 1; i >= 0; i--) {
      if (uses.get(i).isOf(owner)) {
        uses.remove(i);
      }
    }
    empty = uses.isEmpty();
  }
}
