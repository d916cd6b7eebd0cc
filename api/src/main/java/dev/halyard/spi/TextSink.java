package dev.halyard.spi;

/** Receives a description for people. Not for implementation. */
public interface TextSink {
  /**
   * Receives a titled text.
   *
   * @param title what it is: {@code schedule}, {@code source of region_3}
   * @param text its lines
   */
  void section(String title, String text);
}
