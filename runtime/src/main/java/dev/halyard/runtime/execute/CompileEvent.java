package dev.halyard.runtime.execute;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A partition was compiled. */
@Name("dev.halyard.Compile")
@Label("Compile")
@Category("Halyard")
final class CompileEvent extends Event {
  @Label("Device")
  @Nullable String device;

  @Label("Graph")
  @Nullable String graph;

  @Label("Partition")
  @Nullable String partition;

  @Label("Regions")
  int regions;
}
