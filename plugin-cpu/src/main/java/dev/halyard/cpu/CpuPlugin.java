package dev.halyard.cpu;

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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The CPU that the JVM runs on: one device, always there.
 *
 * <p>Configuration: {@code halyard.cpu.threads} (default: all processors), {@code
 * halyard.cpu.vector} ({@code on}, {@code off}, {@code auto}), {@code halyard.cpu.spinMicros}.
 */
public final class CpuPlugin implements DevicePlugin {
  private static final String VERSION = "0.1.0";
  // One warning per process, however often the device is opened.
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  /** Makes the plugin; nothing happens before {@link #probe}. */
  public CpuPlugin() {}

  @Override
  public PluginInfo info() {
    return PluginInfo.builder("cpu", "Halyard", VERSION, Spi.LEVEL).build();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    CpuConfiguration configuration;
    try {
      configuration = CpuConfiguration.of(context.configuration());
    } catch (IllegalArgumentException e) {
      found.nothing(String.valueOf(e.getMessage()));
      return;
    }
    int lanes = kernels(configuration).map(Kernels::lanes).orElse(1);
    found.device(
        DeviceDescriptor.builder(CpuIdentity.stableId(), DeviceKind.CPU, CpuIdentity.model())
            .vendor(CpuIdentity.vendor())
            .driver(VERSION + ", Java " + Runtime.version().feature())
            .profiles(
                Profile.F32,
                Profile.F16,
                Profile.BF16,
                Profile.FUSION,
                Profile.ASYNC,
                Profile.DYNAMIC_DIMS,
                Profile.DETERMINISTIC,
                Profile.LOSS_INJECTION)
            .dtypes(DType.values().toArray(DType[]::new))
            .properties("threads", Integer.toString(configuration.threads()))
            .properties("vector", lanes > 1 ? "on" : "off")
            .properties("vectorBits", Integer.toString(lanes > 1 ? lanes * Float.SIZE : 0))
            .build());
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    CpuConfiguration configuration = CpuConfiguration.of(context.configuration());
    return new CpuDriver(configuration, kernels(configuration, context.log()), context);
  }

  private static Kernels kernels(CpuConfiguration configuration, System.Logger log) {
    if (configuration.vector() == CpuConfiguration.VectorUse.OFF) {
      return new ScalarKernels();
    }
    return kernels(configuration).orElseGet(() -> withoutVectors(log));
  }

  /** {@return the vector kernels, if they are wanted and can be had} */
  private static Optional<Kernels> kernels(CpuConfiguration configuration) {
    return configuration.vector() == CpuConfiguration.VectorUse.OFF
        ? Optional.empty()
        : VectorSupport.get().kernels();
  }

  private static Kernels withoutVectors(System.Logger log) {
    if (WARNED.compareAndSet(false, true)) {
      log.log(
          System.Logger.Level.WARNING,
          "The CPU device computes without vectors, several times slower, because "
              + VectorSupport.get().reason());
    }
    return new ScalarKernels();
  }
}
