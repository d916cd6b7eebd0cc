package dev.halyard.tck.contract;

import dev.halyard.Halyard;
import dev.halyard.runtime.discover.Discovery;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the runtime would hand to a plugin, here from the kit. */
final class KitContexts {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private KitContexts() {}

  /**
   * {@return what the runtime would hand to a plugin: the system properties that begin with its
   * name}
   *
   * @param pluginId the plugin
   */
  static Map<String, String> configuration(String pluginId) {
    return Discovery.configuration(Halyard.Config.fromEnvironment(), pluginId);
  }

  /** A folder of its own, made when it is asked for and deleted with all that is in it. */
  private static final class Folder implements AutoCloseable {
    private @Nullable Path path;

    synchronized Path path() {
      Path made = path;
      try {
        path = made == null ? Files.createTempDirectory("halyard-tck") : made;
        return path;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public synchronized void close() {
      Path made = path;
      if (made == null) {
        return;
      }
      path = null;
      try (Stream<Path> all = Files.walk(made)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A driver's context that remembers the loss reported. */
  static final class Driver implements DriverContext, AutoCloseable {
    private final Map<String, String> configuration;
    private final Folder folder = new Folder();
    volatile @Nullable String loss;

    Driver(Map<String, String> configuration) {
      this.configuration = Map.copyOf(configuration);
    }

    @Override
    public void lost(String reason) {
      if (loss == null) {
        loss = reason;
      }
    }

    @Override
    public System.Logger log() {
      return System.getLogger("dev.halyard.tck");
    }

    @Override
    public Map<String, String> configuration() {
      return configuration;
    }

    @Override
    public Path cacheFolder() {
      return folder.path();
    }

    @Override
    public void close() {
      folder.close();
    }
  }

  /** A probe's context. */
  record Probe(Map<String, String> configuration, boolean withEnvironment) implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return withEnvironment ? Optional.ofNullable(System.getenv(variable)) : Optional.empty();
    }
  }

  /** Conditions of a compilation, with a store of the kit's own. */
  record Compile(CompileMode mode, Store artefacts) implements CompileContext {
    @Override
    public Instant deadline() {
      return Instant.now().plus(DEADLINE);
    }

    @Override
    public void progress(double fraction, String step) {}
  }

  /** Artefacts in memory, which a check may look at and spoil. */
  static final class Store implements ArtefactStore, AutoCloseable {
    final Map<String, byte[]> content = new HashMap<>();
    private final Folder folder = new Folder();

    @Override
    public synchronized Optional<byte[]> get(String key) {
      return Optional.ofNullable(content.get(key)).map(byte[]::clone);
    }

    @Override
    public synchronized void put(String key, byte[] bytes) {
      if (!key.matches("[a-z0-9_.-]+")) {
        throw new AssertionError(
            "the artefact key '" + key + "' is not made of lower-case letters, digits, - _ .");
      }
      content.put(key, bytes.clone());
    }

    @Override
    public Path folder() {
      return folder.path();
    }

    @Override
    public void close() {
      folder.close();
    }
  }
}
