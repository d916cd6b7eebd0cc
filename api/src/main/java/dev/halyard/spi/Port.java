package dev.halyard.spi;

/** A value that enters or leaves a partition. Not for implementation. */
public interface Port {
  /** The layout of every port at this level: dense and row-major. */
  String ROW_MAJOR = "row-major";

  /** {@return the value} */
  ValueView value();

  /** {@return the layout of its elements; a plugin refuses one it does not know} */
  String layout();
}
