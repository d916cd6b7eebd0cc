package dev.halyard.tck.report;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which build of a class is looked at: the jars it came from, with their SHA-256. */
final class Code {
  private Code() {}

  /** {@return each jar of a plugin, or the one that a class on the class path came from} */
  static List<String> of(Class<?> type) throws IOException {
    if (type.getClassLoader() instanceof URLClassLoader plugin) {
      List<String> all = new ArrayList<>();
      for (URL jar : plugin.getURLs()) {
        all.add(described(jar));
      }
      return all;
    }
    CodeSource source = type.getProtectionDomain().getCodeSource();
    URL location = source == null ? null : source.getLocation();
    return List.of(location == null ? "part of the Java runtime" : described(location));
  }

  private static String described(URL location) throws IOException {
    if (!location.getProtocol().equals("file")) {
      return location.toString();
    }
    Path path = Path.of(uri(location));
    String hash = Files.isDirectory(path) ? ofFolder(path) : Hashes.of(path);
    return path.getFileName() + " SHA-256 " + hash;
  }

  private static URI uri(URL location) {
    try {
      return location.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class loader's URL is a URI", e);
    }
  }

  /** Of a folder of classes: the hash of its files' names and hashes, in order. */
  private static String ofFolder(Path folder) throws IOException {
    MessageDigest digest = Hashes.sha256();
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String line = folder.relativize(file) + " " + Hashes.of(file) + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Hashes.hex(digest);
  }
}
