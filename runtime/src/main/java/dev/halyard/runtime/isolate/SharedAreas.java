package dev.halyard.runtime.isolate;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The memory of the application's arenas that the child sees, by address. An arena does not tell
 * when it is closed, so that areas whose memory has gone are looked for from time to time.
 */
final class SharedAreas {
  /**
   * An area.
   *
   * @param id the child's number for it
   * @param memory as this process sees it
   */
  record Area(long id, MemorySegment memory) {
    private boolean holds(MemorySegment segment) {
      long offset = segment.address() - memory.address();
      return memory.scope().isAlive()
          && offset >= 0
          && offset <= memory.byteSize() - segment.byteSize();
    }
  }

  private final List<Area> areas = new ArrayList<>();

  synchronized void add(Area area) {
    areas.add(area);
  }

  /** {@return the area that a segment lies in} */
  synchronized Optional<Area> find(MemorySegment segment) {
    return areas.stream().filter(area -> area.holds(segment)).findFirst();
  }

  /** {@return whether there are areas whose arena is closed} */
  synchronized boolean anyGone() {
    return areas.stream().anyMatch(area -> !area.memory.scope().isAlive());
  }

  /** {@return the areas whose arena is closed, which are forgotten} */
  synchronized List<Area> sweep() {
    List<Area> gone = areas.stream().filter(area -> !area.memory.scope().isAlive()).toList();
    areas.removeAll(gone);
    return gone;
  }
}
