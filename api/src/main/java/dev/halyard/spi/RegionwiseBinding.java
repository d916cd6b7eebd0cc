package dev.halyard.spi;

import java.util.List;

/** The bindings of a partition's regions, in the order in which they run. */
public final class RegionwiseBinding implements Binding {
  private final List<Binding> regions;

  RegionwiseBinding(List<Binding> regions) {
    this.regions = List.copyOf(regions);
  }

  /** {@return what {@link RegionwiseProgram#bindRegion} made, in order} */
  public List<Binding> regions() {
    return regions;
  }

  @Override
  public void close() {
    regions.forEach(Binding::close);
  }
}
