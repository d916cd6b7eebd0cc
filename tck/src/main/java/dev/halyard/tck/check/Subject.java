package dev.halyard.tck.check;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.runtime.discover.Discovery;
import dev.halyard.runtime.discover.FoundDevice;
import dev.halyard.runtime.isolate.IsolatedPlugin;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Program;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.wrap.WrappedDriver;
import dev.halyard.tck.wrap.WrappedPlugin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The device under test, in a runtime of its own. Never falls back: what the device does not claim
 * is not computed by another.
 */
public final class Subject implements AutoCloseable {
  private final Settings settings;
  private final DevicePlugin plugin;
  private final FoundDevice found;
  private final Observed observed;
  private final Halyard halyard;

  private Subject(
      Settings settings,
      DevicePlugin plugin,
      FoundDevice found,
      Observed observed,
      Halyard halyard) {
    this.settings = settings;
    this.plugin = plugin;
    this.found = found;
    this.observed = observed;
    this.halyard = halyard;
  }

  /**
   * Finds the device and opens a runtime for it; the device itself is opened when first used.
   *
   * @param settings which device
   * @throws UnsupportedOnDeviceException if there is no such device; the message lists those there
   *     are
   */
  public static Subject open(Settings settings) {
    FoundDevice found = find(settings);
    DevicePlugin plugin = present(found.plugin());
    Observed observed = new Observed(plugin);
    return new Subject(settings, plugin, found, observed, Halyard.open(config(settings, observed)));
  }

  /**
   * {@return the same device in another runtime, with something between it and the runtime}
   *
   * @param front wraps the vendor's plugin
   */
  public Subject behind(UnaryOperator<DevicePlugin> front) {
    Observed between = new Observed(front.apply(plugin));
    return new Subject(settings, plugin, found, between, Halyard.open(config(settings, between)));
  }

  private static Halyard.Config config(Settings settings) {
    Halyard.Config config = Halyard.Config.fromEnvironment();
    if (settings.pluginFolder() != null) {
      config = config.pluginFolder(settings.pluginFolder());
    }
    return settings.pluginClass() == null
        ? config
        : config.plugin(instantiate(settings.pluginClass()));
  }

  /** The plugin in front comes first, so that the one discovered under the same id is left out. */
  private static Halyard.Config config(Settings settings, DevicePlugin front) {
    Halyard.Config config = Halyard.Config.fromEnvironment().plugin(front);
    return settings.pluginFolder() == null ? config : config.pluginFolder(settings.pluginFolder());
  }

  private static DevicePlugin instantiate(String name) {
    try {
      return Class.forName(name)
          .asSubclass(DevicePlugin.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no plugin: wants a public class with a public constructor without arguments"
              + " that implements "
              + DevicePlugin.class.getName(),
          e);
    }
  }

  private static FoundDevice find(Settings settings) {
    Halyard.Config config = config(settings);
    if (!settings.isolate()) {
      return find(settings, config);
    }
    FoundDevice found = find(settings, config.isolate(settings.device().replaceFirst(":.*", "")));
    // Of which plugin a stable id is, its probe alone tells.
    return found.plugin() instanceof IsolatedPlugin
        ? found
        : find(settings, config.isolate(present(found.info()).id()));
  }

  private static FoundDevice find(Settings settings, Halyard.Config config) {
    List<FoundDevice> all = Discovery.discover(config);
    return all.stream()
        .filter(device -> device.descriptor() != null)
        .filter(
            device ->
                device.id().equals(settings.device())
                    || present(device.descriptor()).stableId().equals(settings.device()))
        .findFirst()
        .orElseThrow(() -> unknown(settings, all));
  }

  private static UnsupportedOnDeviceException unknown(Settings settings, List<FoundDevice> all) {
    StringBuilder message =
        new StringBuilder("there is no device '").append(settings.device()).append("'; found are");
    for (FoundDevice device : all) {
      message.append("\n  ").append(device.id());
      if (!device.reason().isEmpty()) {
        message.append(": ").append(device.reason());
      }
    }
    return new UnsupportedOnDeviceException(
        message
            .append("\nname one of them by --device, or the plugin's folder by --plugin")
            .toString());
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a usable device has a plugin and a descriptor");
    }
    return value;
  }

  /** {@return what is tested, and how thoroughly} */
  public Settings settings() {
    return settings;
  }

  /** {@return the vendor's plugin itself, for calls without a runtime between} */
  public DevicePlugin plugin() {
    return plugin;
  }

  /** {@return whether the vendor's plugin runs in processes of its own} */
  public boolean isIsolated() {
    return plugin instanceof IsolatedPlugin;
  }

  /**
   * {@return the vendor's plugin in this process; of one that is isolated, only its class and its
   * {@code info()} may be used}
   */
  public DevicePlugin vendors() {
    return plugin instanceof IsolatedPlugin isolated ? isolated.here() : plugin;
  }

  /** {@return who the plugin is} */
  public PluginInfo info() {
    return present(found.info());
  }

  /** {@return what the probe said of the device} */
  public DeviceDescriptor descriptor() {
    return present(found.descriptor());
  }

  /** {@return {@code <plugin>:<index>}} */
  public String deviceId() {
    return found.id();
  }

  /** {@return the runtime} */
  public Halyard halyard() {
    return halyard;
  }

  /** {@return the device} */
  public Device device() {
    return halyard.device(found.id());
  }

  /**
   * {@return whether the device declares a profile}
   *
   * @param profile the profile
   */
  public boolean declares(Profile profile) {
    return profile == Profile.CORE || descriptor().profiles().contains(profile);
  }

  /**
   * Requires a profile.
   *
   * @param profile the profile
   * @throws NotClaimed if the device does not declare it
   */
  public void require(Profile profile) {
    if (!declares(profile)) {
      throw new NotClaimed("the device does not declare " + profile);
    }
  }

  /** {@return the test hooks of the driver that the runtime uses; the device is opened for it} */
  public Optional<TestHooks> hooks() {
    if (observed.latest == null) {
      openDevice();
    }
    DeviceDriver driver = observed.latest;
    return driver == null ? Optional.empty() : driver.testHooks();
  }

  /** A device is opened by its first compilation, refused or not. */
  private void openDevice() {
    try {
      compile(Graph.of("open", g -> g.output("y", g.input("x", DType.F32, 1).neg()))).close();
    } catch (NotClaimed e) {
      return;
    }
  }

  /**
   * Compiles a graph for the device alone.
   *
   * @param graph what to run
   * @throws NotClaimed if the device refuses a part of it
   */
  public Kernel compile(Graph graph) {
    return compile(graph, CompileOptions.defaults());
  }

  /**
   * Compiles a graph for the device alone.
   *
   * @param graph what to run
   * @param options how to; fallback is forbidden whatever they say
   * @throws NotClaimed if the device refuses a part of it
   */
  public Kernel compile(Graph graph, CompileOptions options) {
    try {
      return device().compile(graph, options.fallback(false));
    } catch (UnsupportedOnDeviceException e) {
      throw new NotClaimed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Runs a graph once on the device alone.
   *
   * @param graph what to run
   * @param inputs a tensor per input and state
   * @return a tensor per output and state
   * @throws NotClaimed if the device refuses a part of it
   */
  public Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    try (Kernel kernel = compile(graph)) {
      return kernel.run(inputs);
    }
  }

  @Override
  public void close() {
    halyard.close();
  }

  /**
   * Remembers the driver that the runtime opened last. A device refuses by its claims: a refusal
   * from anywhere else is a breach, and must not pass for something that is not claimed.
   */
  private static final class Observed extends WrappedPlugin {
    private volatile @Nullable DeviceDriver latest;

    Observed(DevicePlugin plugin) {
      super(plugin);
    }

    @Override
    public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
      return refusingNothing(
          "the device was found, then refused by open", () -> super.open(device, context));
    }

    @Override
    protected DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor device) {
      latest = driver;
      return new Claimed(driver);
    }
  }

  private static final class Claimed extends WrappedDriver {
    Claimed(DeviceDriver driver) {
      super(driver);
    }

    @Override
    public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
      refusingNothing(
          "claim() throws where it should refuse nodes",
          () -> {
            super.claim(graph, context, sink);
            return sink;
          });
    }

    @Override
    public Program compile(Partition partition, CompileContext context) {
      return refusingNothing(
          "claimed, then refused by compile: partition " + partition.name(),
          () -> super.compile(partition, context));
    }
  }

  private static <T> T refusingNothing(String breach, Supplier<T> call) {
    try {
      return call.get();
    } catch (UnsupportedOnDeviceException e) {
      throw new AssertionError(breach + ": " + e.getMessage(), e);
    }
  }
}
