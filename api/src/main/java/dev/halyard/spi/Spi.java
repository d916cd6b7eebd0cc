package dev.halyard.spi;

/** The version of this service provider interface. */
public final class Spi {
  /**
   * The level of this SPI. A compile-time constant, so that a plugin carries the level it was built
   * against into {@link PluginInfo}. Levels only grow, are compared with "at least", and never with
   * equality; what a level adds is a {@code default} method, an operation or an element type, none
   * of which a plugin of a lower level is ever given.
   */
  public static final int LEVEL = 1;

  private Spi() {}
}
