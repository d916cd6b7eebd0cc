package dev.halyard.spi;

import java.nio.file.Path;
import java.util.Map;

/** What the runtime offers an open driver. Not for implementation. Safe for any thread. */
public interface DriverContext {
  /**
   * Reports that the device is gone: every kernel and memory on it is dead from now on. May be
   * called from any thread, more than once; the first reason stands.
   *
   * @param reason what happened, for the operator
   */
  void lost(String reason);

  /** {@return where to log} */
  System.Logger log();

  /** {@return the configuration for this plugin: {@code halyard.<plugin>.*} without the prefix} */
  Map<String, String> configuration();

  /** {@return a folder for this plugin's own caches; it may be emptied between runs} */
  Path cacheFolder();
}
