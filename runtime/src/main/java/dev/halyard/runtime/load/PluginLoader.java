package dev.halyard.runtime.load;

import dev.halyard.spi.DevicePlugin;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * The loader of one plugin's jars.
 *
 * <p>A plugin sees the JDK, {@code dev.halyard} and {@code dev.halyard.spi}, and its own jars; it
 * never sees the application's libraries, so that both may carry different versions of one.
 */
public final class PluginLoader extends URLClassLoader {
  private final List<Path> jars;

  private PluginLoader(String name, List<Path> jars, URL... urls) {
    super("plugin:" + name, urls, new ApiOnlyLoader());
    this.jars = jars;
  }

  /**
   * {@return a loader}
   *
   * @param name of the plugin, for people
   * @param jars its jars
   */
  public static PluginLoader of(String name, List<Path> jars) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = jars.get(i).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalStateException("every path has a URL; found " + jars.get(i), e);
      }
    }
    return new PluginLoader(name, List.copyOf(jars), urls);
  }

  /** {@return the jars of a loader that {@link #of} made; none for any other} */
  public static List<Path> jarsOf(ClassLoader loader) {
    return loader instanceof PluginLoader own ? own.jars : List.of();
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
