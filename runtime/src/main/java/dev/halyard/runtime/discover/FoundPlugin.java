package dev.halyard.runtime.discover;

import dev.halyard.spi.DevicePlugin;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that discovery came upon.
 *
 * @param source where it was found, for people
 * @param plugin the plugin; null if it is broken
 * @param problem what is wrong with it; empty if nothing
 */
public record FoundPlugin(String source, @Nullable DevicePlugin plugin, String problem) {
  static FoundPlugin broken(String source, String problem) {
    return new FoundPlugin(source, null, problem);
  }
}
