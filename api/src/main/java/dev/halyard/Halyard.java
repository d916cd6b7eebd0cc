package dev.halyard;

import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.RuntimeProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runtime with its plugins and devices.
 *
 * <p>Short programs need none of their own: the static methods of {@link Device} use {@link
 * #standard}. Closing a runtime closes its devices; kernels are closed before. Safe for use by
 * several threads. Not for implementation outside Halyard.
 */
public interface Halyard extends AutoCloseable {
  /**
   * Opens a runtime of its own.
   *
   * @param config how to
   * @return the runtime
   * @throws IllegalStateException if halyard-runtime is not on the class path or module path
   */
  static Halyard open(Config config) {
    return ServiceLoader.load(RuntimeProvider.class, Halyard.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Halyard.open: no runtime found; add the artifact dev.halyard:halyard-runtime"
                        + " to the class path or module path"))
        .open(config);
  }

  /**
   * {@return the runtime that the static methods use: opened when first asked for, never closed}
   */
  static Halyard standard() {
    return Standard.INSTANCE;
  }

  /** {@return every usable device, the pure-Java CPU last} */
  List<Device> devices();

  /** {@return every device and every plugin without one, usable or not, with the reason} */
  List<Report> reports();

  /**
   * {@return the device of an id}
   *
   * @param id {@code <plugin>:<index>} or a stable id
   * @throws UnsupportedOnDeviceException if there is none; the message lists those there are
   */
  Device device(String id);

  /**
   * {@return the best device for a graph, by measurement}
   *
   * @param objective what to be best at
   * @param graph what will run
   * @param workload realistic inputs
   * @throws UnsupportedOnDeviceException if no device runs the graph
   */
  default Device best(Objective objective, Graph graph, Workload workload) {
    return rank(objective, graph, workload).best();
  }

  /**
   * {@return the best device in general, by a built-in set of graphs}
   *
   * @param objective what to be best at
   */
  Device best(Objective objective);

  /**
   * Measures every device that can run a graph, or reads the measurements of an earlier call.
   *
   * @param objective what to be best at
   * @param graph what will run
   * @param workload realistic inputs
   * @return the candidates, the best first, and those passed over with the reason
   */
  Ranking rank(Objective objective, Graph graph, Workload workload);

  /**
   * Starts a device again, after it was lost or to pick up a change. Kernels and device memory of
   * before are dead for good.
   *
   * @param id {@code <plugin>:<index>} or a stable id
   * @return the device
   * @throws DeviceLostException if it is still gone
   */
  Device reopen(String id);

  /** Closes the devices. Kernels still open are closed first, which waits for their runs. */
  @Override
  void close();

  /**
   * What became of a plugin or a device at discovery.
   *
   * @param id {@code <plugin>:<index>} for a device, the plugin's id (or the place where it was
   *     found) otherwise
   * @param device the device, if there is a usable one
   * @param reason why there is none; empty for a usable device
   */
  record Report(String id, Optional<Device> device, String reason) {}

  /** How a runtime is opened. Immutable; each method returns a changed copy. */
  final class Config {
    private final Map<String, String> properties;
    private final @Nullable Path pluginFolder;
    private final @Nullable Path cacheFolder;
    private final List<DevicePlugin> plugins;
    private final String fallback;
    private final Duration rankBudget;
    private final Set<String> isolated;

    private Config(
        Map<String, String> properties,
        @Nullable Path pluginFolder,
        @Nullable Path cacheFolder,
        List<DevicePlugin> plugins,
        String fallback,
        Duration rankBudget,
        Set<String> isolated) {
      this.properties = Map.copyOf(properties);
      this.pluginFolder = pluginFolder;
      this.cacheFolder = cacheFolder;
      this.plugins = List.copyOf(plugins);
      this.fallback = fallback;
      this.rankBudget = rankBudget;
      this.isolated = Set.copyOf(isolated);
    }

    /**
     * {@return the configuration that system properties and the environment give}
     *
     * <p>{@code halyard.*} properties are taken as they are; {@code HALYARD_PLUGINS} and {@code
     * HALYARD_CACHE} name folders.
     */
    public static Config fromEnvironment() {
      Map<String, String> properties = new LinkedHashMap<>();
      System.getProperties().stringPropertyNames().stream()
          .filter(name -> name.startsWith("halyard."))
          .forEach(name -> properties.put(name, System.getProperty(name)));
      return new Config(
          properties,
          folder("HALYARD_PLUGINS"),
          folder("HALYARD_CACHE"),
          List.of(),
          properties.getOrDefault("halyard.fallback", "cpu:0"),
          Duration.ofSeconds(10),
          Set.of());
    }

    private static @Nullable Path folder(String variable) {
      String value = System.getenv(variable);
      return value == null || value.isBlank() ? null : Path.of(value);
    }

    /**
     * {@return this with a property}
     *
     * @param name such as {@code halyard.cpu.threads}
     * @param value its value
     */
    public Config property(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(properties);
      more.put(name, value);
      return new Config(more, pluginFolder, cacheFolder, plugins, fallback, rankBudget, isolated);
    }

    /**
     * {@return this with another plugins folder: each folder in it holds the jars of one plugin,
     * each jar in it is one plugin}
     *
     * @param folder the folder
     */
    public Config pluginFolder(Path folder) {
      return new Config(properties, folder, cacheFolder, plugins, fallback, rankBudget, isolated);
    }

    /**
     * {@return this with another folder for caches}
     *
     * @param folder the folder; made when needed
     */
    public Config cacheFolder(Path folder) {
      return new Config(properties, pluginFolder, folder, plugins, fallback, rankBudget, isolated);
    }

    /**
     * {@return this with a plugin given as an object, beside those that are discovered}
     *
     * @param plugin the plugin
     */
    public Config plugin(DevicePlugin plugin) {
      List<DevicePlugin> more = new ArrayList<>(plugins);
      more.add(plugin);
      return new Config(
          properties, pluginFolder, cacheFolder, more, fallback, rankBudget, isolated);
    }

    /**
     * {@return this with another device to fall back to}
     *
     * @param id {@code <plugin>:<index>}; {@code cpu:0} by default
     */
    public Config fallback(String id) {
      return new Config(properties, pluginFolder, cacheFolder, plugins, id, rankBudget, isolated);
    }

    /**
     * {@return this with another limit to the time that a ranking takes}
     *
     * @param budget over all devices
     */
    public Config rankBudget(Duration budget) {
      return new Config(properties, pluginFolder, cacheFolder, plugins, fallback, budget, isolated);
    }

    /**
     * {@return this with a plugin that is to run in a process of its own}
     *
     * @param pluginId the plugin
     */
    public Config isolate(String pluginId) {
      Set<String> more = new LinkedHashSet<>(isolated);
      more.add(pluginId);
      return new Config(properties, pluginFolder, cacheFolder, plugins, fallback, rankBudget, more);
    }

    /** {@return the properties that begin with {@code halyard.}} */
    public Map<String, String> properties() {
      return properties;
    }

    /** {@return the plugins folder, if one is set} */
    public Optional<Path> pluginFolder() {
      return Optional.ofNullable(pluginFolder);
    }

    /**
     * {@return the folder for caches, if one is set; the platform's user cache folder otherwise}
     */
    public Optional<Path> cacheFolder() {
      return Optional.ofNullable(cacheFolder);
    }

    /** {@return the plugins given as objects} */
    public List<DevicePlugin> plugins() {
      return plugins;
    }

    /** {@return the id of the device to fall back to} */
    public String fallback() {
      return fallback;
    }

    /** {@return the limit to the time that a ranking takes} */
    public Duration rankBudget() {
      return rankBudget;
    }

    /** {@return the ids of the plugins that are to run in a process of their own} */
    public Set<String> isolated() {
      return isolated;
    }
  }

  /** Holds the standard runtime, which is opened when this class is first used. */
  final class Standard {
    private static final Halyard INSTANCE = open(Config.fromEnvironment());

    private Standard() {}
  }
}
