package dev.halyard.runtime;

import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Objective;
import dev.halyard.Ranking;
import dev.halyard.TensorArena;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Workload;
import dev.halyard.runtime.cache.CacheFolder;
import dev.halyard.runtime.cache.FolderArtefactStore;
import dev.halyard.runtime.discover.Discovery;
import dev.halyard.runtime.discover.FoundDevice;
import dev.halyard.runtime.execute.CheckedDriver;
import dev.halyard.runtime.execute.ChosenDevice;
import dev.halyard.runtime.execute.DefaultDevice;
import dev.halyard.runtime.rank.Ranker;
import dev.halyard.runtime.rank.ReferenceSet;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DriverContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The runtime: what discovery found, and the services that devices and kernels share. */
final class DefaultHalyard implements Halyard, DefaultDevice.Owner {
  private static final Logger LOG = LogManager.getLogger(DefaultHalyard.class);
  private static final String DEFAULT_FALLBACK = "cpu:0";
  private static final String DRAIN_MILLIS = "halyard.drainMillis";
  private static final long ARTEFACT_BYTES = 1L << 30;

  /** How many measured kernels wait for their graph to be compiled: they hold device memory. */
  private static final int MAX_WAITING = 4;

  private final Config config;
  private final List<Report> reports = new ArrayList<>();
  private final List<DefaultDevice> devices = new ArrayList<>();
  private final Duration drainTimeout;
  private final Ranker ranker;

  /**
   * Chosen devices whose measured kernel nobody may have asked for yet, the oldest first. Guarded
   * by itself.
   */
  private final Deque<ChosenDevice> chosen = new ArrayDeque<>();

  private final ExecutorService executor =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("halyard-submit-", 0).factory());
  private volatile boolean closed;

  DefaultHalyard(Config config) {
    this.config = config;
    this.drainTimeout = drainTimeout(config);
    this.ranker = new Ranker(config);
    for (FoundDevice found : Discovery.discover(config)) {
      Optional<Device> device =
          found.descriptor() == null ? Optional.empty() : Optional.of(add(found));
      reports.add(new Report(found.id(), device, found.reason()));
    }
    if (!config.fallback().equals(DEFAULT_FALLBACK)
        && devices.stream().noneMatch(device -> device.id().equals(config.fallback()))) {
      LOG.warn(
          "the fallback is to be '{}' (halyard.fallback, Config.fallback), and there is no such"
              + " device: what a device refuses cannot run",
          config.fallback());
    }
    devices.sort(Comparator.comparing(device -> device.descriptor().kind() == DeviceKind.CPU));
  }

  private Device add(FoundDevice found) {
    DefaultDevice device = new DefaultDevice(found, this);
    devices.add(device);
    return device;
  }

  @Override
  public List<Device> devices() {
    requireOpen();
    return List.copyOf(devices);
  }

  @Override
  public List<Report> reports() {
    return List.copyOf(reports);
  }

  @Override
  public Device device(String id) {
    return find(id);
  }

  private DefaultDevice find(String id) {
    requireOpen();
    return devices.stream()
        .filter(device -> device.id().equals(id) || device.descriptor().stableId().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new UnsupportedOnDeviceException(
                    "there is no device '"
                        + id
                        + "'; there are "
                        + devices.stream().map(DefaultDevice::id).toList()
                        + whyMissing(id)));
  }

  private String whyMissing(String id) {
    return reports.stream()
        .filter(report -> report.device().isEmpty() && id.startsWith(report.id() + ":"))
        .map(report -> ", and of " + report.id() + " none: " + report.reason())
        .findFirst()
        .orElse(", and Halyard.reports() says why others are missing");
  }

  @Override
  public Device best(Objective objective) {
    List<Ranking> rankings =
        ReferenceSet.of(objective).stream()
            .map(graph -> rank(objective, graph, Workload.standard()))
            .toList();
    // The device that wins most of the reference graphs; of equals the one that wins the first.
    return rankings.stream()
        .map(Ranking::best)
        .max(
            Comparator.comparingLong(
                device -> rankings.stream().filter(r -> r.best().id().equals(device.id())).count()))
        .orElseThrow();
  }

  @Override
  public Ranking rank(Objective objective, Graph graph, Workload workload) {
    requireMeasurable(graph, workload);
    return ranker.rank(objective, graph, workload, devices);
  }

  @Override
  public Device best(Objective objective, Graph graph, Workload workload) {
    requireMeasurable(graph, workload);
    ChosenDevice best = ranker.best(objective, graph, workload, devices);
    ChosenDevice oldest;
    synchronized (chosen) {
      chosen.removeIf(device -> !device.holdsKernel());
      chosen.add(best);
      oldest = chosen.size() > MAX_WAITING ? chosen.poll() : null;
    }
    if (oldest != null) {
      oldest.release();
    }
    return best;
  }

  private void requireMeasurable(Graph graph, Workload workload) {
    requireOpen();
    if (!graph.symbols().keySet().stream().allMatch(workload.dims()::has)) {
      throw new IllegalArgumentException(
          "graph '"
              + graph.name()
              + "' has the symbolic dimensions "
              + graph.symbols().keySet()
              + "; say at which to measure: Workload.at(Dims.of(name, value))");
    }
  }

  @Override
  public Device reopen(String id) {
    DefaultDevice device = find(id);
    device.reopen();
    return device;
  }

  @Override
  public Optional<DefaultDevice> fallbackFor(DefaultDevice device) {
    return devices.stream()
        .filter(other -> other.id().equals(config.fallback()) && other != device)
        .findFirst();
  }

  @Override
  public DriverContext driverContext(String pluginId, Consumer<String> lost) {
    return new Context(
        pluginId, lost, Discovery.configuration(config, pluginId), artefacts(pluginId).folder());
  }

  private record Context(
      String pluginId, Consumer<String> onLoss, Map<String, String> configuration, Path cacheFolder)
      implements DriverContext {
    @Override
    public void lost(String reason) {
      onLoss.accept(reason);
    }

    @Override
    public System.Logger log() {
      return System.getLogger("dev.halyard.plugin." + pluginId);
    }
  }

  @Override
  public DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor descriptor) {
    return Boolean.parseBoolean(config.properties().get("halyard.check"))
        ? new CheckedDriver(driver, descriptor)
        : driver;
  }

  @Override
  public ArtefactStore artefacts(String pluginId) {
    return new FolderArtefactStore(
        new CacheFolder(CacheFolder.root(config).resolve("plugin-" + pluginId), ARTEFACT_BYTES));
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public Duration drainTimeout() {
    return drainTimeout;
  }

  private static Duration drainTimeout(Config config) {
    String millis = config.properties().get(DRAIN_MILLIS);
    if (millis == null) {
      return TensorArena.DEFAULT_DRAIN_TIMEOUT;
    }
    if (!millis.matches("[0-9]{1,15}")) {
      throw new IllegalArgumentException(
          "property "
              + DRAIN_MILLIS
              + " wants how many milliseconds closing waits for runs in flight, a whole number"
              + " such as 5000; found '"
              + millis
              + "'");
    }
    return Duration.ofMillis(Long.parseLong(millis));
  }

  @Override
  public void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this Halyard is closed; open another");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    synchronized (chosen) {
      chosen.forEach(ChosenDevice::release);
      chosen.clear();
    }
    devices.forEach(DefaultDevice::close);
    closed = true;
    executor.shutdownNow();
  }
}
