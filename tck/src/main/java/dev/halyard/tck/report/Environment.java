package dev.halyard.tck.report;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.PluginInfo;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was tested, where and when. */
public final class Environment {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  private Environment() {}

  /**
   * {@return what the report says of a device and its host, in order}
   *
   * @param subject the device
   * @throws IOException if the host's description cannot be read
   */
  public static Map<String, Object> of(Subject subject) throws IOException {
    DeviceDescriptor device = subject.descriptor();
    PluginInfo plugin = subject.info();
    Settings settings = subject.settings();
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", subject.deviceId());
    all.put("stable id", device.stableId());
    all.put("name", device.name());
    all.put("kind", device.kind().toString());
    all.put("vendor", device.vendor());
    all.put("driver", device.driver());
    all.put("emulated", device.emulated());
    all.put("profiles", device.profiles().stream().map(Object::toString).toList());
    all.put("dtypes", device.dtypes().stream().map(Object::toString).toList());
    device.properties().forEach((name, value) -> all.put("device " + name, value));
    all.put("plugin", plugin.id() + " " + plugin.version() + " by " + plugin.vendor());
    all.put("SPI level", plugin.level());
    all.put("kit", Trial.VERSION);
    all.put("profile", settings.profile().name());
    all.put("seed", settings.seed());
    all.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    all.put("processor", processor());
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    all.put("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    all.put("load at start", load < 0 ? "unknown" : Math.round(load * 100) / 100.0);
    return all;
  }

  private static String processor() throws IOException {
    if (!Files.isReadable(CPU_INFO)) {
      return System.getProperty("os.arch");
    }
    try (var lines = Files.lines(CPU_INFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse(System.getProperty("os.arch"));
    }
  }
}
