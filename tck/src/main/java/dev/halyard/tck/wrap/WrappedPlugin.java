package dev.halyard.tck.wrap;

import dev.halyard.spi.ArtefactBuilder;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.util.Optional;

/** A plugin in front of another that changes nothing; subclasses change one thing. */
public class WrappedPlugin implements DevicePlugin {
  /** The plugin behind this one. */
  protected final DevicePlugin plugin;

  /**
   * Wraps a plugin.
   *
   * @param plugin the plugin behind this one
   */
  public WrappedPlugin(DevicePlugin plugin) {
    this.plugin = plugin;
  }

  /**
   * {@return the driver to show in place of one of the plugin's}
   *
   * @param driver the plugin's
   * @param device its device
   */
  protected DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor device) {
    return driver;
  }

  @Override
  public PluginInfo info() {
    return plugin.info();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    plugin.probe(context, found);
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    return wrap(plugin.open(device, context), device);
  }

  @Override
  public Optional<ArtefactBuilder> builder() {
    return plugin.builder();
  }
}
