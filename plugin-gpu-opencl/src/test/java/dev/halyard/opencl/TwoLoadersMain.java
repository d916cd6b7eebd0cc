package dev.halyard.opencl;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;

/** A process with the plugin twice, each under a class loader of its own. */
final class TwoLoadersMain {
  private TwoLoadersMain() {}

  /**
   * Probes with each.
   *
   * @param args nothing
   * @throws Exception if anything goes wrong
   */
  public static void main(String[] args) throws Exception {
    URL[] jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(TwoLoadersMain::url)
            .toArray(URL[]::new);
    for (int i = 0; i < 2; i++) {
      try (URLClassLoader loader = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
        var main =
            loader.loadClass(ProbeMain.class.getName()).getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) new String[0]);
      }
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
