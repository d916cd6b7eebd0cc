package dev.halyard.fpga.xrt;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DriverContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Opens drivers as the runtime would. */
final class Drivers {
  private Drivers() {}

  record Context(Map<String, String> configuration) implements DriverContext {
    @Override
    public void lost(String reason) {}

    @Override
    public System.Logger log() {
      return System.getLogger("dev.halyard.fpga.xrt");
    }

    @Override
    public Path cacheFolder() {
      return Path.of("target");
    }
  }

  /** {@return the driver of a source's first board} */
  static XrtDriver open(ModelSource source) {
    String id = source.first().stableId();
    DeviceDescriptor device = DeviceDescriptor.builder(id, DeviceKind.FPGA, id).build();
    XrtPlugin plugin = new XrtPlugin(context -> Boards.find(List.of(source), context));
    return (XrtDriver) plugin.open(device, new Context(Map.of("xclbin", "model.xclbin")));
  }
}
