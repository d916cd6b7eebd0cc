package dev.halyard.cpu;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the CPU as the runtime would. */
final class Drivers {
  private Drivers() {}

  /** {@return the driver for a configuration, in pairs of key and value} */
  static CpuDriver open(String... configuration) {
    return open(new Context(configuration));
  }

  static CpuDriver open(Context context) {
    return (CpuDriver) new CpuPlugin().open(descriptor(), context);
  }

  static DeviceDescriptor descriptor(String... configuration) {
    List<DeviceDescriptor> found = new ArrayList<>();
    new CpuPlugin()
        .probe(
            new ProbeContext() {
              @Override
              public Optional<String> environment(String variable) {
                return Optional.empty();
              }

              @Override
              public Map<String, String> configuration() {
                return new Context(configuration).configuration();
              }
            },
            new ProbeSink() {
              @Override
              public void device(DeviceDescriptor descriptor) {
                found.add(descriptor);
              }

              @Override
              public void nothing(String reason) {
                throw new AssertionError(reason);
              }
            });
    return found.getFirst();
  }

  /** Keeps what a driver reports. */
  static final class Context implements DriverContext {
    final List<String> losses = new ArrayList<>();
    private final String[] configuration;

    Context(String... configuration) {
      this.configuration = configuration;
    }

    @Override
    public synchronized void lost(String reason) {
      losses.add(reason);
    }

    @Override
    public System.Logger log() {
      return System.getLogger("dev.halyard.cpu");
    }

    @Override
    public Map<String, String> configuration() {
      Map<String, String> map = new java.util.HashMap<>();
      for (int i = 0; i < configuration.length; i += 2) {
        map.put(configuration[i], configuration[i + 1]);
      }
      return map;
    }

    @Override
    public Path cacheFolder() {
      return Path.of("target");
    }
  }
}
