package dev.halyard.runtime.execute;

import dev.halyard.ArenaBusyException;
import dev.halyard.CompileOptions;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.HalyardException;
import dev.halyard.Kernel;
import dev.halyard.PluginException;
import dev.halyard.TensorArena;
import dev.halyard.internal.LeasedArena;
import dev.halyard.runtime.discover.FoundDevice;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A device of a runtime: opened when first used, and again after a loss. */
public final class DefaultDevice implements Device {
  /** What a device needs of its runtime. */
  public interface Owner {
    /** {@return the device to fall back to; empty if there is none but this one} */
    Optional<DefaultDevice> fallbackFor(DefaultDevice device);

    /** {@return what a driver is opened with} */
    DriverContext driverContext(String pluginId, Consumer<String> lost);

    /** {@return the driver, wrapped if the configuration wants it checked} */
    DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor descriptor);

    /** {@return where compiled artefacts of a plugin are kept} */
    ArtefactStore artefacts(String pluginId);

    /** {@return what runs submissions in which several devices take part} */
    Executor executor();

    /** {@return how long closing waits for runs in flight} */
    Duration drainTimeout();

    /** Throws if the runtime is closed. */
    void requireOpen();
  }

  private final String id;
  private final DevicePlugin plugin;
  private final PluginInfo info;
  private final DeviceDescriptor descriptor;
  private final Owner owner;

  /** Held while the plugin opens the device, which may hang. */
  private final ReentrantLock opening = new ReentrantLock();

  private volatile @Nullable OpenDevice open;

  /**
   * Makes a device that is not open yet.
   *
   * @param found what discovery found; with a plugin and a descriptor
   * @param owner the runtime
   */
  public DefaultDevice(FoundDevice found, Owner owner) {
    this.id = found.id();
    this.plugin = Objects.requireNonNull(found.plugin());
    this.info = Objects.requireNonNull(found.info());
    this.descriptor = Objects.requireNonNull(found.descriptor());
    this.owner = owner;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public DeviceDescriptor descriptor() {
    return descriptor;
  }

  /** {@return who the plugin is} */
  public PluginInfo info() {
    return info;
  }

  @Override
  public String choice() {
    return "";
  }

  @Override
  public boolean isLost() {
    OpenDevice current = open;
    return current != null && current.isLost();
  }

  private OpenDevice opened() {
    owner.requireOpen();
    OpenDevice current = open;
    if (current != null) {
      return current;
    }
    opening.lock();
    try {
      if (open == null) {
        open = openDriver();
      }
      return open;
    } finally {
      opening.unlock();
    }
  }

  private OpenDevice openDriver() {
    OpenDevice.Loss loss = new OpenDevice.Loss(id);
    try {
      DeviceDriver driver = plugin.open(descriptor, owner.driverContext(info.id(), loss::report));
      return new OpenDevice(id, descriptor, info, owner.wrap(driver, descriptor), loss);
    } catch (HalyardException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new PluginException(
          "plugin " + info.id() + " failed to open device " + id + ": " + e, e);
    }
  }

  @Override
  public Kernel compile(Graph graph, CompileOptions options) {
    return compileFor(this, graph, options);
  }

  /** Compiles for this device, under the name of a device that stands for it. */
  Kernel compileFor(Device face, Graph graph, CompileOptions options) {
    List<OpenDevice> devices = new ArrayList<>();
    OpenDevice first = opened();
    first.requireAlive();
    devices.add(first);
    if (options.fallback()) {
      owner
          .fallbackFor(this)
          .map(DefaultDevice::opened)
          .filter(other -> !other.isLost())
          .ifPresent(devices::add);
    }
    DefaultKernel.Services services =
        new DefaultKernel.Services(owner::artefacts, owner.executor(), owner.drainTimeout());
    int entered = 0;
    try {
      for (; entered < devices.size(); entered++) {
        devices.get(entered).enter();
      }
      return DefaultKernel.compile(face, List.copyOf(devices), graph, options, services);
    } finally {
      while (entered-- > 0) {
        devices.get(entered).exit();
      }
    }
  }

  @Override
  public TensorArena openArena() {
    owner.requireOpen();
    OpenDevice current = open;
    return current == null
        ? TensorArena.open(owner.drainTimeout())
        : LeasedArena.shared(owner.drainTimeout(), current.backing());
  }

  /** Starts the device again: kernels and device memory of before are dead. */
  public void reopen() {
    close();
    opened();
  }

  /**
   * Closes the driver, if it is open.
   *
   * @throws ArenaBusyException if a run, or the opening itself, does not end in time
   */
  public void close() {
    if (!lockInTime()) {
      throw new ArenaBusyException(
          "closing device "
              + id
              + ": its plugin is still opening it after "
              + owner.drainTimeout());
    }
    try {
      OpenDevice current = open;
      if (current != null) {
        current.close(owner.drainTimeout());
        open = null;
      }
    } finally {
      opening.unlock();
    }
  }

  private boolean lockInTime() {
    return Waiting.until(owner.drainTimeout(), opening::tryLock);
  }

  @Override
  public String toString() {
    return id + " (" + descriptor.name() + ")";
  }
}
