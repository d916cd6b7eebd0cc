package dev.halyard.fpga.xrt;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The plugin on model boards, which need no process of their own. */
class InProcessPlugin implements DevicePlugin {
  private final String id;
  private final XrtPlugin plugin;

  /** The driver that was opened last. */
  volatile @Nullable XrtDriver driver;

  /**
   * Makes the plugin.
   *
   * @param id instead of the plugin's own, which the service has
   * @param sources where its boards come from
   */
  InProcessPlugin(String id, ModelSource... sources) {
    this.id = id;
    plugin = new XrtPlugin(context -> Boards.find(List.of(sources), context));
  }

  @Override
  public PluginInfo info() {
    PluginInfo own = plugin.info();
    return PluginInfo.builder(id, own.vendor(), own.version(), own.level()).build();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    plugin.probe(context, found);
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    XrtDriver opened = (XrtDriver) plugin.open(device, context);
    driver = opened;
    return opened;
  }
}
