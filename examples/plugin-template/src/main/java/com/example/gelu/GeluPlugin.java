package com.example.gelu;

import dev.halyard.DType;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;

/** Where the runtime begins: says who this is, and what devices there are. */
public final class GeluPlugin implements DevicePlugin {
  @Override
  public PluginInfo info() {
    return PluginInfo.builder("gelu", "Example", "1.0.0", Spi.LEVEL).build();
  }

  /** Looks, and touches nothing. Hardware that is missing is {@code found.nothing(reason)}. */
  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    found.device(
        DeviceDescriptor.builder("example-gelu-1", DeviceKind.OTHER, "Example GELU unit")
            .vendor("Example")
            .driver("1.0.0")
            .dtypes(DType.F32)
            .build());
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    return new GeluDriver();
  }
}
