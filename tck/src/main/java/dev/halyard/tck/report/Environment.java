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
import java.util.List;
import java.util.Map;

/** What was tested, where and when. */
public final class Environment {
  /** The member that says whether the device is emulated. */
  static final String EMULATED = "emulated";

  /** The member that says whether the plugin ran in processes of its own. */
  public static final String ISOLATED = "isolated";

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
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", subject.deviceId());
    all.put("stable id", device.stableId());
    all.put("name", device.name());
    all.put("kind", device.kind().toString());
    all.put("vendor", device.vendor());
    all.put("driver", device.driver());
    all.put(EMULATED, device.emulated());
    all.put("profiles", device.profiles().stream().map(Object::toString).toList());
    all.put("dtypes", device.dtypes().stream().map(Object::toString).toList());
    device.properties().forEach((name, value) -> all.put("device " + name, value));
    all.put("plugin", plugin.id() + " " + plugin.version() + " by " + plugin.vendor());
    all.put("plugin code", Code.of(subject.vendors().getClass()));
    all.put("SPI level", plugin.level());
    addRun(all, subject.settings().isolate(subject.isIsolated()));
    addHost(all);
    return all;
  }

  /**
   * {@return what the report says where the device could not be looked at}
   *
   * @param settings what was asked for
   * @throws IOException if the host's description cannot be read
   */
  public static Map<String, Object> of(Settings settings) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", settings.device());
    addRun(all, settings);
    addHost(all);
    return all;
  }

  private static void addRun(Map<String, Object> all, Settings settings) throws IOException {
    all.put("kit", Trial.VERSION);
    String version = Environment.class.getPackage().getImplementationVersion();
    all.put("kit version", version == null ? "not packaged" : version);
    all.put("kit code", Code.of(Environment.class));
    all.put("profile", settings.profile().name());
    all.put("tight", settings.tight());
    all.put(ISOLATED, settings.isolate());
    all.put("seed", settings.seed());
  }

  private static void addHost(Map<String, Object> all) throws IOException {
    all.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    all.put("processor", processor());
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    all.put("JVM", System.getProperty("java.vm.name") + " " + Runtime.version());
    all.put("JVM arguments", arguments(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    all.put("maximum heap MiB", Runtime.getRuntime().maxMemory() >> 20);
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    all.put("load at start", load < 0 ? "unknown" : Math.round(load * 100) / 100.0);
  }

  /** Reports are published: of properties that are not Halyard's, the names must do. */
  static List<String> arguments(List<String> all) {
    return all.stream()
        .filter(argument -> !argument.startsWith("-Dhalyard.tck."))
        .filter(argument -> !argument.startsWith("-Dhalyard.home="))
        .map(
            argument ->
                argument.startsWith("-D") && !argument.startsWith("-Dhalyard.")
                    ? argument.replaceFirst("=.*", "=(withheld)")
                    : argument)
        .toList();
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
