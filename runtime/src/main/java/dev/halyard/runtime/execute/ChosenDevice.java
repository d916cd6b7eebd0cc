package dev.halyard.runtime.execute;

import dev.halyard.CompileOptions;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.spi.DeviceDescriptor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A device with the reason why it was chosen, and the kernel that was measured: whoever compiles
 * that graph first gets that kernel, warm.
 */
public final class ChosenDevice implements Device {
  private final DefaultDevice device;
  private final String choice;
  private final AtomicReference<@Nullable Kernel> measured;

  /**
   * Makes the face of a device.
   *
   * @param device the device
   * @param choice why it was chosen
   * @param measured the kernel that was measured; null if the measurement came from the cache
   */
  public ChosenDevice(DefaultDevice device, String choice, @Nullable Kernel measured) {
    this.device = device;
    this.choice = choice;
    this.measured = new AtomicReference<>(measured);
  }

  @Override
  public String id() {
    return device.id();
  }

  @Override
  public DeviceDescriptor descriptor() {
    return device.descriptor();
  }

  @Override
  public String choice() {
    return choice;
  }

  @Override
  public boolean isLost() {
    return device.isLost();
  }

  @Override
  public Kernel compile(Graph graph, CompileOptions options) {
    Kernel ready = measured.get();
    if (ready != null
        && ready.graph() == graph
        && options.equals(CompileOptions.defaults())
        && !device.isLost()
        && measured.compareAndSet(ready, null)) {
      if (ready instanceof DefaultKernel kernel) {
        kernel.face(this);
      }
      return ready;
    }
    return device.compileFor(this, graph, options);
  }

  /** {@return whether the measured kernel still waits for somebody to compile its graph} */
  public boolean holdsKernel() {
    return measured.get() != null;
  }

  /** Closes the measured kernel, unless somebody has it by now. */
  public void release() {
    Kernel ready = measured.getAndSet(null);
    if (ready != null) {
      ready.close();
    }
  }

  @Override
  public TensorArena openArena() {
    return device.openArena();
  }

  @Override
  public String toString() {
    return device.toString();
  }
}
