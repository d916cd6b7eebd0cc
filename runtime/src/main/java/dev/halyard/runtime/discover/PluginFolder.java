package dev.halyard.runtime.discover;

import dev.halyard.runtime.load.PluginLoader;
import dev.halyard.spi.DevicePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Loads plugins from a folder, each with a class loader of its own: a jar in the folder is a
 * plugin, and a folder in it holds the jars of a plugin.
 */
final class PluginFolder {
  private PluginFolder() {}

  static void load(Path folder, Consumer<FoundPlugin> found) {
    List<Path> entries;
    try (Stream<Path> listing = Files.list(folder)) {
      entries = listing.sorted().filter(path -> Files.isDirectory(path) || isJar(path)).toList();
    } catch (IOException e) {
      found.accept(FoundPlugin.broken("plugins folder " + folder, "cannot be read: " + e));
      return;
    }
    for (Path entry : entries) {
      try {
        loadOne(entry, found);
      } catch (IOException | RuntimeException | LinkageError e) {
        found.accept(FoundPlugin.broken(entry.getFileName().toString(), "cannot be loaded: " + e));
      }
    }
  }

  private static boolean isJar(Path path) {
    return path.toString().endsWith(".jar");
  }

  // The loader lives as long as the plugin's classes, which is as long as the process.
  @SuppressWarnings("resource")
  private static void loadOne(Path entry, Consumer<FoundPlugin> found) throws IOException {
    String name = entry.getFileName().toString();
    List<Path> jars = jars(entry);
    Optional<String> damage = jars.stream().flatMap(jar -> damage(jar).stream()).findFirst();
    if (damage.isPresent()) {
      found.accept(FoundPlugin.broken(name, damage.get()));
      return;
    }
    PluginLoader loader = PluginLoader.of(name, jars);
    int failures = 0;
    boolean any = false;
    var providers = ServiceLoader.load(DevicePlugin.class, loader).stream().iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        var provider = providers.next();
        any = true;
        DevicePlugin plugin = PluginCall.run("its constructor", PluginCall.LIMIT, provider::get);
        found.accept(new FoundPlugin(name, plugin, ""));
      } catch (PluginCall.Failed e) {
        found.accept(FoundPlugin.broken(name, e.reason()));
      } catch (ServiceConfigurationError | LinkageError e) {
        any = true;
        found.accept(FoundPlugin.broken(name, Discovery.reason(e)));
        if (++failures > 16) {
          break;
        }
      }
    }
    if (!any) {
      found.accept(
          FoundPlugin.broken(
              name, "offers no " + DevicePlugin.class.getName() + " in META-INF/services"));
    }
  }

  private static List<Path> jars(Path entry) throws IOException {
    if (isJar(entry)) {
      return List.of(entry);
    }
    try (Stream<Path> listing = Files.list(entry)) {
      return listing.sorted().filter(PluginFolder::isJar).toList();
    }
  }

  /** {@return what is wrong with a jar, which a class loader would pass over in silence} */
  private static Optional<String> damage(Path jar) {
    try {
      new JarFile(jar.toFile()).close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          jar.getFileName() + " is not a readable jar (" + e.getMessage() + "); copy it again");
    }
  }
}
