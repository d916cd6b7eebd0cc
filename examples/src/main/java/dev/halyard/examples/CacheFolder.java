package dev.halyard.examples;

import dev.halyard.Halyard;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds the folder for what can be made again: {@code HALYARD_CACHE}, else the platform's. */
public final class CacheFolder {
  private CacheFolder() {}

  /** {@return the folder; it may not exist yet} */
  public static Path path() {
    return Halyard.Config.fromEnvironment()
        .cacheFolder()
        .orElseGet(() -> ofPlatform(System.getProperty("os.name", ""), System::getenv));
  }

  static Path ofPlatform(String os, UnaryOperator<@Nullable String> environment) {
    Path home = Path.of(System.getProperty("user.home", "."));
    String system = os.toLowerCase(Locale.ROOT);
    if (system.startsWith("windows")) {
      return or(environment.apply("LOCALAPPDATA"), home.resolve("AppData").resolve("Local"))
          .resolve("halyard");
    }
    if (system.startsWith("mac")) {
      return home.resolve("Library").resolve("Caches").resolve("halyard");
    }
    return or(environment.apply("XDG_CACHE_HOME"), home.resolve(".cache")).resolve("halyard");
  }

  private static Path or(@Nullable String value, Path otherwise) {
    return value == null || value.isBlank() ? otherwise : Path.of(value);
  }
}
