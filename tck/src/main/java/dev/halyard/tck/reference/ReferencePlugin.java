package dev.halyard.tck.reference;

import dev.halyard.DType;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Spi;

/**
 * The reference interpreter as a device: correct, and slow. Claims every primitive in every dtype;
 * composites reach it expanded. It shows what the least plugin is, and that the kit passes it.
 */
public final class ReferencePlugin implements DevicePlugin {
  private static final String VERSION = "0.1.0";

  /** Makes the plugin. */
  public ReferencePlugin() {}

  @Override
  public PluginInfo info() {
    return PluginInfo.builder("reference", "Halyard", VERSION, Spi.LEVEL).build();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    found.device(
        DeviceDescriptor.builder("reference", DeviceKind.CPU, "Reference interpreter")
            .vendor("Halyard")
            .driver(VERSION)
            .profiles(
                Profile.F32, Profile.F16, Profile.BF16, Profile.DYNAMIC_DIMS, Profile.DETERMINISTIC)
            .dtypes(DType.values().toArray(DType[]::new))
            .properties("heap", "allocates")
            .build());
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    return new ReferenceDriver();
  }
}
