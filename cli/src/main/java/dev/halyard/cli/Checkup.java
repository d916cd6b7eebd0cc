package dev.halyard.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.halyard.Halyard;
import dev.halyard.examples.CacheFolder;
import dev.halyard.examples.PublishedModel;
import dev.halyard.spi.DeviceDescriptor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at everything that Halyard needs of its host, one check after the other. */
final class Checkup {
  private static final int JAVA = 25;

  /** The demo's process with its model takes about 1 GiB; the rest is for everything else. */
  private static final long ENOUGH_MEMORY = 2L << 30;

  private Checkup() {}

  static List<Finding> run() {
    List<Finding> findings = new ArrayList<>();
    findings.add(java());
    findings.add(vectorModule());
    findings.add(nativeAccess());
    findings.add(cores());
    findings.add(memory());
    findings.add(cacheFolder(CacheFolder.path()));
    findings.add(pluginFolder());
    findings.addAll(plugins());
    findings.addAll(models());
    return findings;
  }

  private static Finding java() {
    String found = Runtime.version() + " from " + System.getProperty("java.vendor", "unknown");
    return Runtime.version().feature() >= JAVA
        ? Finding.ok("java", found)
        : Finding.missing("java", found, "install a JDK 25 and point JAVA_HOME at it");
  }

  private static Finding vectorModule() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? Finding.ok("vector module", "jdk.incubator.vector is there")
        : Finding.warn(
            "vector module",
            "jdk.incubator.vector is not: the CPU runs its scalar code",
            "start java with --add-modules jdk.incubator.vector");
  }

  private static Finding nativeAccess() {
    return Checkup.class.getModule().isNativeAccessEnabled()
        ? Finding.ok("native access", "enabled")
        : Finding.warn(
            "native access",
            "not enabled: the JVM warns, and a later one refuses",
            "start java with --enable-native-access=ALL-UNNAMED");
  }

  private static Finding cores() {
    int cores = Runtime.getRuntime().availableProcessors();
    return Finding.ok("cores", cores + ", " + System.getProperty("os.arch") + ", " + osName());
  }

  private static String osName() {
    return System.getProperty("os.name") + " " + System.getProperty("os.version");
  }

  private static Finding memory() {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean os)) {
      return Finding.ok("memory", "unknown");
    }
    String found = "%.1f GiB".formatted(os.getTotalMemorySize() / (double) (1L << 30));
    return os.getTotalMemorySize() >= ENOUGH_MEMORY
        ? Finding.ok("memory", found)
        : Finding.warn("memory", found, "the demo wants 2 GiB");
  }

  static Finding cacheFolder(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "doctor", ".tmp"));
      return Finding.ok("cache", folder + " is writable");
    } catch (IOException e) {
      return Finding.missing(
          "cache", folder + " is not writable: " + e, "set HALYARD_CACHE to a folder that is");
    }
  }

  private static Finding pluginFolder() {
    return Halyard.Config.fromEnvironment()
        .pluginFolder()
        .map(
            folder ->
                Files.isDirectory(folder)
                    ? Finding.ok("plugins folder", folder.toString())
                    : Finding.warn(
                        "plugins folder",
                        folder + " is no folder",
                        "make it, or unset HALYARD_PLUGINS"))
        .orElseGet(() -> Finding.ok("plugins folder", "none (HALYARD_PLUGINS is not set)"));
  }

  private static List<Finding> plugins() {
    try {
      List<Halyard.Report> reports = StandardRuntime.get().reports();
      List<Finding> findings = new ArrayList<>(reports.stream().map(Checkup::plugin).toList());
      if (reports.stream().noneMatch(report -> report.device().isPresent())) {
        findings.add(
            Finding.missing(
                "devices", "none", "put halyard-plugin-cpu on the class path: it runs anywhere"));
      }
      return findings;
    } catch (RuntimeException | Error e) { // a broken runtime is a finding as well
      return List.of(
          Finding.missing("runtime", e.toString(), "./halyard devices --stacktrace shows where"));
    }
  }

  private static Finding plugin(Halyard.Report report) {
    if (report.device().isEmpty()) {
      return Finding.warn(
          report.id(),
          "no device: " + report.reason(),
          report.reason().startsWith("halyard.")
              ? "correct or remove the setting; docs/env_vars.md says what it may be"
              : "nothing, unless you expect one");
    }
    DeviceDescriptor device = report.device().get().descriptor();
    String kind = device.kind().name().toLowerCase(Locale.ROOT);
    return Finding.ok(report.id(), device.name() + " (" + kind + ", " + device.driver() + ")");
  }

  private static List<Finding> models() {
    return PublishedModel.all().stream().map(Checkup::model).toList();
  }

  private static Finding model(PublishedModel model) {
    boolean there =
        model.files().stream()
            .allMatch(file -> Checkup.class.getResource("/" + file.name()) != null);
    return there
        ? Finding.ok("model", model.name() + " is on the class path")
        : Finding.warn(
            "model",
            model.name() + " is not on the class path: no demo",
            "add " + model.artefact());
  }
}
