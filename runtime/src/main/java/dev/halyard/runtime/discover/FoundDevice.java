package dev.halyard.runtime.discover;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.PluginInfo;
import org.jspecify.annotations.Nullable;

/**
 * A device that a probe reported, or a plugin without one.
 *
 * @param id {@code <plugin>:<index>}, or the plugin's id or place if there is no device
 * @param plugin the plugin; null if it is broken
 * @param info who the plugin is; null if it is broken
 * @param descriptor the device; null if there is none
 * @param reason why there is no usable device; empty if there is
 */
public record FoundDevice(
    String id,
    @Nullable DevicePlugin plugin,
    @Nullable PluginInfo info,
    @Nullable DeviceDescriptor descriptor,
    String reason) {}
