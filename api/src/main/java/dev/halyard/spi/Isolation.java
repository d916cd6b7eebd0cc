package dev.halyard.spi;

/** Whether a plugin should run in a process of its own. */
public final class Isolation {
  /**
   * The plugin can end or corrupt the process it runs in, and is never opened in the application's.
   */
  public static final Isolation REQUIRED = new Isolation("REQUIRED");

  /** The plugin runs in the application's process unless the configuration says otherwise. */
  public static final Isolation RECOMMENDED = new Isolation("RECOMMENDED");

  /** The plugin is as safe as the application itself. */
  public static final Isolation NONE = new Isolation("NONE");

  private final String name;

  private Isolation(String name) {
    this.name = name;
  }

  /** {@return the name of the constant} */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
