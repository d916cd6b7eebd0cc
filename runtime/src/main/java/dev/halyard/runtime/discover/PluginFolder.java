package dev.halyard.runtime.discover;

import dev.halyard.spi.DevicePlugin;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Loads plugins from a folder, each with a class loader of its own: a jar in the folder is a
 * plugin, and a folder in it holds the jars of a plugin.
 *
 * <p>A plugin sees the JDK, {@code dev.halyard} and {@code dev.halyard.spi}, and its own jars; it
 * never sees the application's libraries, so that both may carry different versions of one.
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
    URLClassLoader loader = new URLClassLoader("plugin:" + name, jars(entry), new ApiOnlyLoader());
    int before = 0;
    boolean any = false;
    var providers = ServiceLoader.load(DevicePlugin.class, loader).stream().iterator();
    while (true) {
      try {
        if (!providers.hasNext()) {
          break;
        }
        var provider = providers.next();
        any = true;
        found.accept(new FoundPlugin(name, provider.get(), ""));
      } catch (ServiceConfigurationError | LinkageError e) {
        any = true;
        found.accept(FoundPlugin.broken(name, Discovery.reason(e)));
        if (++before > 16) {
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

  private static URL[] jars(Path entry) throws IOException {
    if (isJar(entry)) {
      return new URL[] {url(entry)};
    }
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> listing = Files.list(entry)) {
      for (Path jar : listing.sorted().filter(PluginFolder::isJar).toList()) {
        urls.add(url(jar));
      }
    }
    return urls.toArray(URL[]::new);
  }

  private static URL url(Path path) throws MalformedURLException {
    return path.toUri().toURL();
  }

  /** Passes the api and the JDK's own classes, and nothing of the application. */
  private static final class ApiOnlyLoader extends ClassLoader {
    private final ClassLoader api = DevicePlugin.class.getClassLoader();

    ApiOnlyLoader() {
      super("halyard-api-only", null);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      int end = name.lastIndexOf('.');
      String inPackage = end < 0 ? "" : name.substring(0, end);
      if (inPackage.equals("dev.halyard") || inPackage.equals("dev.halyard.spi")) {
        return api.loadClass(name);
      }
      Class<?> found = getPlatformClassLoader().loadClass(name);
      // The platform loader also hands out the application's named modules: those are refused.
      ClassLoader owner = found.getClassLoader();
      if (owner == null || getPlatformClassLoader().equals(owner) || name.startsWith("jdk.")) {
        return found;
      }
      throw new ClassNotFoundException(
          name + " is the application's; a plugin brings its own libraries");
    }
  }
}
