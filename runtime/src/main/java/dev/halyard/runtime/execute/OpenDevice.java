package dev.halyard.runtime.execute;

import dev.halyard.ArenaBusyException;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.internal.LeasedArena;
import dev.halyard.runtime.isolate.FrontDriver;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.Profile;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final List<MemoryUse> orphans = new ArrayList<>();

  private volatile boolean closing;

  /** Calls to the driver that are going on outside of runs. */
  private final AtomicInteger users = new AtomicInteger();

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

  /**
   * {@return where arenas for this device get their memory: of a device's choice, if it has one}
   */
  LeasedArena.Backing backing() {
    DeviceDriver last = driver;
    while (last instanceof FrontDriver front) {
      last = front.behind();
    }
    return last instanceof LeasedArena.Backing own ? own : Arena::allocate;
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

  /** {@return what to throw for a failure of the plugin's: its own if it is one of ours} */
  RuntimeException failure(String step, Throwable thrown) {
    if (thrown instanceof DeviceLostException loss) {
      lost(String.valueOf(loss.getMessage()));
      return loss;
    }
    return thrown instanceof HalyardException ours
        ? ours
        : new PluginException("device " + id + " failed to " + step + ": " + thrown, thrown);
  }

  void orphan(MemoryUse use) {
    synchronized (orphans) {
      orphans.add(use);
    }
  }

  /**
   * Marks the start of a call to the driver outside of a run; {@link #exit} ends it. The driver is
   * not closed in between.
   */
  void enter() {
    users.incrementAndGet();
    if (closing || isLost()) {
      users.decrementAndGet();
      throw isLost()
          ? lostException()
          : new IllegalStateException("device " + id + " is being closed");
    }
  }

  void exit() {
    users.decrementAndGet();
  }

  void register(DefaultKernel kernel) {
    kernels.add(kernel);
  }

  void unregister(DefaultKernel kernel) {
    kernels.remove(kernel);
  }

  /**
   * Closes kernels and driver; only once the driver has gone may orphaned memory be freed.
   *
   * @throws ArenaBusyException if a run does not end in time; the driver then stays open, since
   *     what it holds is in use
   */
  void close(Duration drainTimeout) {
    closing = true;
    if (!Waiting.until(drainTimeout, () -> users.get() == 0)) {
      throw new ArenaBusyException(
          "closing device "
              + id
              + ": a call to its driver is still going on after "
              + drainTimeout
              + "; close() may be called again");
    }
    ArenaBusyException busy = null;
    for (DefaultKernel kernel : List.copyOf(kernels)) {
      try {
        kernel.close();
      } catch (ArenaBusyException e) {
        busy = e;
      }
    }
    if (busy != null) {
      throw busy;
    }
    loss.set("it was closed");
    if (closeDriver()) {
      synchronized (orphans) {
        orphans.forEach(MemoryUse::release);
        orphans.clear();
      }
    }
  }

  private boolean closeDriver() {
    try {
      driver.close();
      return true;
    } catch (RuntimeException e) {
      if (driver instanceof CheckedDriver && e instanceof IllegalStateException) {
        throw e;
      }
      LOG.warn(
          "plugin {} failed to close device {}: {}; memory it may still write is leaked",
          info.id(),
          id,
          e.toString());
      return false;
    }
  }
}
