package dev.halyard.spi;

import java.util.Map;
import java.util.Optional;

/** What a plugin may look at while it looks for devices. Not for implementation. */
public interface ProbeContext {
  /**
   * {@return a variable of the process's environment}
   *
   * @param variable its name
   */
  Optional<String> environment(String variable);

  /** {@return the configuration for this plugin: {@code halyard.<plugin>.*} without the prefix} */
  Map<String, String> configuration();
}
