package dev.halyard.runtime.rank;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** The devices were ranked for a graph. */
@Name("dev.halyard.Rank")
@Label("Rank")
@Category("Halyard")
final class RankEvent extends Event {
  @Label("Graph")
  @Nullable String graph;

  @Label("Objective")
  @Nullable String objective;

  @Label("Winner")
  @Nullable String winner;

  @Label("Cached")
  boolean cached;
}
