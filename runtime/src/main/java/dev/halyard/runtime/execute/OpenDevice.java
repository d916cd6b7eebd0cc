package dev.halyard.runtime.execute;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.internal.LeasedArena;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/** An open driver, and whether its device is still there. Dead for good once lost or closed. */
final class OpenDevice {
  private static final Logger LOG = LogManager.getLogger(OpenDevice.class);

  private final String id;
  private final DeviceDescriptor descriptor;
  private final PluginInfo info;
  private final DeviceDriver driver;
  private final Loss loss;
  private final Set<DefaultKernel> kernels = ConcurrentHashMap.newKeySet();

  /**
   * Leases of runs that a lost device may still be writing for; returned when its driver is closed.
   */
  private final List<LeasedArena> orphans = new ArrayList<>();

  /** Whether a device is lost; made before its driver, which may report a loss while it opens. */
  static final class Loss {
    private final String id;
    private volatile @Nullable String reason;

    Loss(String id) {
      this.id = id;
    }

    /** {@return whether this is the first reason} */
    private synchronized boolean set(String why) {
      if (reason != null) {
        return false;
      }
      reason = why;
      return true;
    }

    void report(String why) {
      if (!set(why)) {
        return;
      }
      DeviceLostEvent.commit(id, why);
      LOG.warn("device {} is lost: {}; Halyard.reopen(\"{}\") starts it again", id, why, id);
    }
  }

  OpenDevice(
      String id, DeviceDescriptor descriptor, PluginInfo info, DeviceDriver driver, Loss loss) {
    this.id = id;
    this.descriptor = descriptor;
    this.info = info;
    this.driver = driver;
    this.loss = loss;
  }

  String id() {
    return id;
  }

  PluginInfo info() {
    return info;
  }

  DeviceDriver driver() {
    return driver;
  }

  boolean servesAllDims() {
    return descriptor.profiles().contains(Profile.DYNAMIC_DIMS);
  }

  boolean isLost() {
    return loss.reason != null;
  }

  /** One volatile read; part of the hot path. */
  void requireAlive() {
    if (loss.reason != null) {
      throw lostException();
    }
  }

  DeviceLostException lostException() {
    return new DeviceLostException(
        "device "
            + id
            + " is lost: "
            + loss.reason
            + "; its kernels are dead, Halyard.reopen(\""
            + id
            + "\") starts it again");
  }

  void lost(String reason) {
    loss.report(reason);
  }

  /** {@return what to throw for an exception of the plugin's: its own if it is one of ours} */
  RuntimeException failure(String step, RuntimeException thrown) {
    if (thrown instanceof DeviceLostException) {
      lost(String.valueOf(thrown.getMessage()));
      return thrown;
    }
    return thrown instanceof HalyardException
        ? thrown
        : new PluginException("device " + id + " failed to " + step + ": " + thrown, thrown);
  }

  void orphan(LeasedArena lease) {
    synchronized (orphans) {
      orphans.add(lease);
    }
  }

  void register(DefaultKernel kernel) {
    kernels.add(kernel);
  }

  void unregister(DefaultKernel kernel) {
    kernels.remove(kernel);
  }

  /** Closes kernels and driver; only once the driver has gone may orphaned memory be freed. */
  void close() {
    for (DefaultKernel kernel : List.copyOf(kernels)) {
      kernel.close();
    }
    loss.set("it was closed");
    try {
      driver.close();
    } catch (RuntimeException e) {
      LOG.warn(
          "plugin {} failed to close device {}: {}; memory it may still write is leaked",
          info.id(),
          id,
          e.toString());
      return;
    }
    synchronized (orphans) {
      orphans.forEach(LeasedArena::release);
      orphans.clear();
    }
  }
}
