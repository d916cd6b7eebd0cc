package dev.halyard.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Which processor this is, as far as the operating system says without being asked natively. */
final class CpuIdentity {
  private static final Path LINUX = Path.of("/proc/cpuinfo");

  private CpuIdentity() {}

  /** {@return the model's name, or the architecture where it is not known} */
  static String model() {
    String model = field("model name");
    if (model.isEmpty()) {
      model = System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "");
    }
    return model.isEmpty() ? System.getProperty("os.arch", "cpu") : model;
  }

  static String vendor() {
    return field("vendor_id");
  }

  /** {@return the model and the number of processors, as an id} */
  static String stableId() {
    String model = model().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return "cpu:" + model + ":" + Runtime.getRuntime().availableProcessors();
  }

  private static String field(String name) {
    if (!Files.isReadable(LINUX)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(LINUX)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }
}
