package dev.halyard.runtime.discover;

import dev.halyard.Halyard;
import dev.halyard.PluginException;
import dev.halyard.runtime.isolate.IsolatedPlugin;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Isolation;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Finds plugins and their devices. A broken plugin hides nothing: it becomes an entry with the
 * reason, and the rest goes on.
 */
public final class Discovery {
  private static final Logger LOG = LogManager.getLogger(Discovery.class);
  private static final String ISOLATE = "halyard.isolate";
  private static final long PROBE_NANOS = 100_000_000;

  /** Past the limits that an isolated plugin sets itself, to the start of its process too. */
  private static final Duration ISOLATED_PROBE_LIMIT = Duration.ofMinutes(3);

  private final Halyard.Config config;
  private final Set<String> ids = new HashSet<>();

  /** What each plugin has, in order; those that are isolated are still being probed. */
  private final List<Supplier<List<FoundDevice>>> results = new ArrayList<>();

  private Discovery(Halyard.Config config) {
    this.config = config;
  }

  /**
   * {@return every device, and every plugin that has none, in order of discovery}
   *
   * @param config which plugins to look at
   */
  public static List<FoundDevice> discover(Halyard.Config config) {
    Discovery discovery = new Discovery(config);
    config
        .plugins()
        .forEach(plugin -> discovery.probe(new FoundPlugin("configuration", plugin, "")));
    discovery.fromServices();
    config
        .pluginFolder()
        .filter(Discovery::isFolder)
        .ifPresent(folder -> PluginFolder.load(folder, discovery::probe));
    discovery.reportUnknown();
    return discovery.results.stream().flatMap(result -> result.get().stream()).toList();
  }

  private static boolean isFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      LOG.warn("the plugins folder {} does not exist; create it or unset HALYARD_PLUGINS", folder);
      return false;
    }
    return true;
  }

  private void fromServices() {
    Iterator<ServiceLoader.Provider<DevicePlugin>> providers =
        ServiceLoader.load(DevicePlugin.class, Discovery.class.getClassLoader()).stream()
            .iterator();
    // A malformed entry throws from hasNext or next and the iterator then goes on; the bound is for
    // one that does not.
    for (int failures = 0; failures < 100; ) {
      try {
        if (!providers.hasNext()) {
          return;
        }
        ServiceLoader.Provider<DevicePlugin> provider = providers.next();
        probe(instantiate(provider));
      } catch (ServiceConfigurationError e) {
        failures++;
        probe(FoundPlugin.broken("class path", reason(e)));
      }
    }
  }

  /** Nobody is to think that a plugin is isolated because its name was misspelt. */
  private void reportUnknown() {
    String problem = "no usable plugin has this id; there are " + ids.stream().sorted().toList();
    Stream.concat(config.isolated().stream(), named())
        .distinct()
        .filter(id -> !id.isEmpty() && !ids.contains(id))
        .forEach(
            id -> {
              add(new FoundDevice(id, null, null, null, problem));
              LOG.warn("nothing is isolated as {}: {}", id, problem);
            });
  }

  private static FoundPlugin instantiate(ServiceLoader.Provider<DevicePlugin> provider) {
    String name = provider.type().getName();
    try {
      return new FoundPlugin(
          name, PluginCall.run("its constructor", PluginCall.LIMIT, provider::get), "");
    } catch (PluginCall.Failed e) {
      return FoundPlugin.broken(name, e.reason());
    }
  }

  /** {@return the innermost cause, which is what the operator can act on} */
  static String reason(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return error.getCause() == null ? error.toString() : error.getMessage() + ": " + cause;
  }

  private void probe(FoundPlugin found) {
    DevicePlugin plugin = found.plugin();
    if (plugin == null) {
      add(new FoundDevice(found.source(), null, null, null, found.problem()));
      LOG.warn("plugin from {} is left out: {}", found.source(), found.problem());
      return;
    }
    PluginInfo info;
    try {
      info = PluginCall.run("its info()", PluginCall.LIMIT, plugin::info);
    } catch (PluginCall.Failed e) {
      String name = plugin.getClass().getName();
      add(new FoundDevice(name, plugin, null, null, e.reason()));
      LOG.warn("plugin {} from {} is left out: {}", name, found.source(), e.reason());
      return;
    }
    String problem = info == null ? "its info() returned null" : problem(info);
    if (info == null || !problem.isEmpty()) {
      String id = info == null ? plugin.getClass().getName() : info.id();
      add(new FoundDevice(id, plugin, info, null, problem));
    } else if (!info.absence().isEmpty()) {
      add(new FoundDevice(info.id(), plugin, info, null, info.absence()));
    } else if (isIsolated(plugin, info)) {
      probeIsolated(plugin, info);
    } else {
      List<FoundDevice> devices = probe(plugin, info, PluginCall.LIMIT);
      results.add(() -> devices);
    }
  }

  private void add(FoundDevice device) {
    results.add(() -> List.of(device));
  }

  /**
   * {@return whether a plugin runs in a process of its own}
   *
   * <p>The property is for people at a command line: it does not concern plugins that an
   * application made as objects which no other process can make, such as one that stands in front
   * of a plugin that is isolated already.
   */
  private boolean isIsolated(DevicePlugin plugin, PluginInfo info) {
    return info.isolation() == Isolation.REQUIRED
        || config.isolated().contains(info.id())
        || (isNamed(info.id()) && IsolatedPlugin.canIsolate(plugin));
  }

  private boolean isNamed(String id) {
    return named().anyMatch(id::equals);
  }

  private Stream<String> named() {
    return Stream.of(config.properties().getOrDefault(ISOLATE, "").split(",", -1))
        .map(String::strip);
  }

  /** Probes while the plugins after it are probed: its process takes half a second to start. */
  private void probeIsolated(DevicePlugin plugin, PluginInfo info) {
    DevicePlugin isolated;
    try {
      isolated = IsolatedPlugin.of(plugin, info, config);
    } catch (PluginException e) {
      add(new FoundDevice(info.id(), plugin, info, null, String.valueOf(e.getMessage())));
      LOG.warn("plugin {} is left out: {}", info.id(), e.getMessage());
      return;
    }
    CompletableFuture<List<FoundDevice>> devices =
        CompletableFuture.supplyAsync(
            () -> probe(isolated, info, ISOLATED_PROBE_LIMIT),
            task -> Thread.ofPlatform().daemon().name("halyard-discover").start(task));
    results.add(devices::join);
  }

  private String problem(PluginInfo info) {
    if (!info.id().matches("[a-z][a-z0-9-]*")) {
      return "its id '" + info.id() + "' is not made of lower-case letters, digits and -";
    }
    if (info.level() < 1) {
      return "it says SPI level " + info.level() + "; a plugin passes Spi.LEVEL, at least 1";
    }
    if (info.level() > Spi.LEVEL) {
      return "it was built against SPI level "
          + info.level()
          + ", this runtime has "
          + Spi.LEVEL
          + "; update Halyard";
    }
    if (!ids.add(info.id())) {
      return "another plugin has the id '" + info.id() + "'; the first found is used";
    }
    return "";
  }

  private List<FoundDevice> probe(DevicePlugin plugin, PluginInfo info, Duration limit) {
    Sink sink = new Sink(plugin, info);
    Context context = new Context(configuration(config, info.id()));
    List<FoundDevice> devices = new ArrayList<>();
    long start = System.nanoTime();
    try {
      PluginCall.run(
          "its probe",
          limit,
          () -> {
            plugin.probe(context, sink);
            return info;
          });
      List<FoundDevice> reported = sink.close();
      devices.addAll(
          reported.isEmpty()
              ? List.of(sink.withoutDevice("its probe reported neither a device nor a reason"))
              : reported);
    } catch (PluginCall.Failed e) {
      LOG.warn("plugin {} broke its contract: {}", info.id(), e.reason());
      // Whatever hangs in probe hangs in open too: only what a failed probe has found is usable.
      List<FoundDevice> before = sink.close();
      devices.addAll(e.hung() ? List.of() : before);
      devices.add(sink.withoutDevice(e.reason()));
    }
    devices.forEach(Discovery::warnOfSetting);
    long nanos = System.nanoTime() - start;
    if (nanos > PROBE_NANOS && !(plugin instanceof IsolatedPlugin)) {
      LOG.debug(
          "plugin {} took {} ms to probe; the contract says 100", info.id(), nanos / 1_000_000);
    }
    return devices;
  }

  /** Without a word, whoever asks for the best device would get another than before. */
  private static void warnOfSetting(FoundDevice found) {
    if (found.descriptor() == null && found.reason().startsWith("halyard." + found.id() + ".")) {
      LOG.warn("plugin {} has no device: {}", found.id(), found.reason());
    }
  }

  /**
   * {@return what is configured for one plugin}
   *
   * @param config the configuration
   * @param pluginId the plugin
   */
  public static Map<String, String> configuration(Halyard.Config config, String pluginId) {
    String prefix = "halyard." + pluginId + ".";
    Map<String, String> own = new TreeMap<>();
    config
        .properties()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), value);
              }
            });
    return own;
  }

  private record Context(Map<String, String> configuration) implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.ofNullable(System.getenv(variable));
    }
  }

  /** Collects what one probe reports, until it is closed: a probe that hung may report later. */
  private static final class Sink implements ProbeSink {
    private final DevicePlugin plugin;
    private final PluginInfo info;
    private final List<FoundDevice> found = new ArrayList<>();
    private int index;
    private boolean closed;

    Sink(DevicePlugin plugin, PluginInfo info) {
      this.plugin = plugin;
      this.info = info;
    }

    @Override
    public synchronized void device(DeviceDescriptor descriptor) {
      if (!closed) {
        found.add(new FoundDevice(info.id() + ":" + index++, plugin, info, descriptor, ""));
      }
    }

    @Override
    public synchronized void nothing(String reason) {
      if (!closed) {
        found.add(withoutDevice(reason));
      }
    }

    private FoundDevice withoutDevice(String reason) {
      return new FoundDevice(info.id(), plugin, info, null, reason);
    }

    synchronized List<FoundDevice> close() {
      closed = true;
      return found;
    }
  }
}
