package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import dev.halyard.Halyard;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that runs in child JVMs: one for each probe, which ends with it, and one for each open
 * device, which ends when the driver is closed.
 */
public final class IsolatedPlugin implements DevicePlugin {
  /** The property of a device that says so; its value is for people. */
  private static final String ISOLATED = "isolated";

  /** For a plugin that keeps to the 100 ms of the contract in a JVM that has just started. */
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(20);

  private final DevicePlugin plugin;
  private final PluginInfo info;
  private final PluginOrigin origin;
  private final IsolationSettings settings;
  private final Map<String, String> properties;

  private IsolatedPlugin(
      DevicePlugin plugin,
      PluginInfo info,
      PluginOrigin origin,
      IsolationSettings settings,
      Map<String, String> properties) {
    this.plugin = plugin;
    this.info = info;
    this.origin = origin;
    this.settings = settings;
    this.properties = properties;
  }

  /**
   * {@return the plugin as it runs in processes of its own}
   *
   * @param plugin the plugin in this process, which is only asked for its environment from now on
   * @param info what it says of itself
   * @param config the configuration
   * @throws PluginException if no other process can make the plugin
   * @throws IllegalArgumentException if a setting is malformed
   */
  public static IsolatedPlugin of(DevicePlugin plugin, PluginInfo info, Halyard.Config config) {
    return new IsolatedPlugin(
        plugin, info, PluginOrigin.of(plugin), IsolationSettings.of(config), config.properties());
  }

  /** {@return the plugin in this process: only its class and its {@code info()} may be used} */
  public DevicePlugin here() {
    return plugin;
  }

  /**
   * {@return whether another process can make a plugin}
   *
   * @param plugin the plugin in this process
   */
  public static boolean canIsolate(DevicePlugin plugin) {
    return PluginOrigin.isRemakeable(plugin.getClass());
  }

  /** {@inheritDoc} As it is now, it needs no process of its own any more. */
  @Override
  public PluginInfo info() {
    return PluginInfo.builder(info.id(), info.vendor(), info.version(), info.level()).build();
  }

  private Child.Launch launch(Map<String, String> configuration) {
    return new Child.Launch(
        info.id(), origin, settings, plugin.info().environment(), properties, configuration);
  }

  /**
   * {@inheritDoc} Starts a process for it, which takes about half a second.
   *
   * @throws DeviceLostException if the plugin ends that process or hangs
   */
  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    List<Finding> findings;
    try {
      findings = findings(context.configuration());
    } catch (DeviceLostException e) {
      throw e;
    } catch (HalyardException e) {
      found.nothing(String.valueOf(e.getMessage()));
      return;
    }
    for (Finding finding : findings) {
      finding.report(found);
    }
  }

  private List<Finding> findings(Map<String, String> configuration) {
    Child child = Child.start(launch(configuration), new Unattended());
    try {
      return child.call(
          Request.PROBE, new MessageWriter(), PROBE_LIMIT, in -> in.each(Finding::read));
    } finally {
      child.close();
    }
  }

  /**
   * A line of a probe's report.
   *
   * @param device a device; null if there is none
   * @param reason why there is none
   * @param failed whether the probe ended here with an exception
   */
  record Finding(@Nullable DeviceDescriptor device, String reason, boolean failed) {
    void report(ProbeSink found) {
      if (device != null) {
        found.device(device);
      } else if (failed) {
        throw new Failures.ForeignException(reason);
      } else {
        found.nothing(reason);
      }
    }

    static void write(MessageWriter out, Finding finding) {
      out.flag(finding.device != null);
      if (finding.device != null) {
        Descriptions.write(finding.device, out);
      }
      out.text(finding.reason).flag(finding.failed);
    }

    static Finding read(MessageReader in) {
      @Nullable DeviceDescriptor device =
          in.flag()
              ? Descriptions.device(in).properties(ISOLATED, "in a process of its own").build()
              : null;
      String reason = in.text();
      return new Finding(device, reason, in.flag());
    }
  }

  /** {@inheritDoc} Starts a process for it, which takes about half a second. */
  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    return IsolatedDriver.open(launch(context.configuration()), device, context);
  }

  /** Of a child that only probes. */
  private static final class Unattended implements Child.Events {
    @Override
    public void handle(Request request, MessageReader in, MessageWriter out) {
      throw new ProtocolException("a child that probes asks for nothing; found " + request);
    }

    @Override
    public void wake(int stream) {}

    @Override
    public void lost(String reason) {}

    @Override
    public void tick() {}
  }
}
