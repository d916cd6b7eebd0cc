package dev.halyard;

/** What the best device is best at. */
public final class Objective {
  /**
   * The least time for one run of the graph at its own batch size, transfers and launch included.
   */
  public static final Objective LATENCY = new Objective("latency");

  /** The most runs per second when runs may overlap. */
  public static final Objective THROUGHPUT = new Objective("throughput");

  private final String name;

  private Objective(String name) {
    this.name = name;
  }

  /** {@return the name in lower case, as on the command line} */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
