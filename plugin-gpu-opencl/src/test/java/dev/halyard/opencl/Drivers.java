package dev.halyard.opencl;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Probes and opens as the runtime would. */
final class Drivers {
  /** PoCL, whatever else a machine has. */
  static final String[] POCL = {"platform", "Portable Computing Language"};

  /** Where a process that is not told otherwise keeps files of native code. */
  private static final Path CACHE = Path.of("target", "cache");

  private Drivers() {}

  /** {@return the driver of PoCL for a configuration, in pairs of key and value} */
  static OpenClDriver open(CodeGenerator generator, String... configuration) {
    return open(generator, new Context(configuration));
  }

  static OpenClDriver open(CodeGenerator generator, Context context) {
    Found found = probe(context.configuration());
    if (found.devices().isEmpty()) {
      throw new AssertionError(found.reasons());
    }
    return OpenClPlugin.open(found.devices().getFirst(), context, generator);
  }

  /** What a probe found. */
  record Found(List<DeviceDescriptor> devices, List<String> reasons) {}

  static Found probe(Map<String, String> configuration) {
    Found found = new Found(new ArrayList<>(), new ArrayList<>());
    new OpenClPlugin()
        .probe(
            new ProbeContext() {
              @Override
              public Optional<String> environment(String variable) {
                Optional<String> set = Optional.ofNullable(System.getenv(variable));
                return variable.equals("HALYARD_CACHE")
                    ? set.or(() -> Optional.of(CACHE.toAbsolutePath().toString()))
                    : set;
              }

              @Override
              public Map<String, String> configuration() {
                return configuration;
              }
            },
            new ProbeSink() {
              @Override
              public void device(DeviceDescriptor descriptor) {
                found.devices().add(descriptor);
              }

              @Override
              public void nothing(String reason) {
                found.reasons().add(reason);
              }
            });
    return found;
  }

  /** Keeps what a driver reports. */
  static final class Context implements DriverContext {
    final List<String> losses = new ArrayList<>();
    private final Map<String, String> configuration = new HashMap<>();

    Context(String... configuration) {
      this.configuration.put(POCL[0], POCL[1]);
      for (int i = 0; i < configuration.length; i += 2) {
        this.configuration.put(configuration[i], configuration[i + 1]);
      }
    }

    @Override
    public synchronized void lost(String reason) {
      losses.add(reason);
    }

    @Override
    public System.Logger log() {
      return System.getLogger("dev.halyard.opencl");
    }

    @Override
    public Map<String, String> configuration() {
      return configuration;
    }

    @Override
    public Path cacheFolder() {
      return Path.of("target");
    }
  }
}
