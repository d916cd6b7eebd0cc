package dev.halyard.runtime.execute;

import dev.halyard.Tensor;
import dev.halyard.internal.InFlight;
import dev.halyard.internal.LeasedArena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tensors bound to an invocation: which arenas they lease, and what they read and write. */
final class BoundMemory {
  /** For tensors of the global scope, which has no arena. */
  private static final InFlight GLOBAL = new InFlight();

  private final Set<LeasedArena> arenas = new LinkedHashSet<>();
  private final Set<InFlight> inFlight = new LinkedHashSet<>();
  private final List<Use> uses = new ArrayList<>();

  private record Use(MemorySegment segment, boolean writes) {}

  void add(Tensor tensor, boolean writes) {
    if (tensor.arena() instanceof LeasedArena arena) {
      if (arena.isCloseable()) {
        arenas.add(arena);
      }
      inFlight.add(arena.inFlight());
    } else {
      inFlight.add(GLOBAL);
    }
    uses.add(new Use(tensor.segment(), writes));
  }

  /** Takes a lease on every arena, or on none: while memory is imported, it must not go. */
  void lease() {
    List<LeasedArena> taken = new ArrayList<>();
    try {
      for (LeasedArena arena : arenas) {
        arena.acquire();
        taken.add(arena);
      }
    } catch (RuntimeException e) {
      taken.forEach(LeasedArena::release);
      throw e;
    }
  }

  /** Returns the leases. */
  void release() {
    arenas.forEach(LeasedArena::release);
  }

  Set<LeasedArena> arenas() {
    return arenas;
  }

  Set<InFlight> inFlight() {
    return inFlight;
  }

  List<InFlight.Use> uses(Object owner) {
    return uses.stream()
        .map(
            use ->
                new InFlight.Use(
                    use.segment.address(),
                    use.segment.address() + use.segment.byteSize(),
                    use.writes,
                    owner))
        .toList();
  }
}
