package dev.halyard.opencl;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.opencl.code.Lowering;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import java.util.Optional;
import java.util.function.Function;

/**
 * The devices of every OpenCL driver that is installed.
 *
 * <p>Configuration: {@code halyard.opencl.platform} (a part of a platform's name), {@code
 * halyard.opencl.family} ({@code auto}, {@code cpu}, {@code gpu}), {@code halyard.opencl.memory}
 * ({@code auto}, {@code host}, {@code device}), {@code halyard.opencl.binaryCache} ({@code on},
 * {@code off}), {@code halyard.opencl.tune} (seconds), {@code halyard.opencl.commandBuffer} ({@code
 * auto}, {@code on}, {@code off}), {@code halyard.opencl.staging} ({@code auto}, {@code on}, {@code
 * off}), {@code halyard.opencl.tensorCores} ({@code auto}, {@code off}, {@code emulated}).
 */
public final class OpenClPlugin implements DevicePlugin {
  private static final String VERSION = "0.1.0";

  /** Makes the plugin; nothing happens before {@link #probe}. */
  public OpenClPlugin() {}

  @Override
  public PluginInfo info() {
    return PluginInfo.builder("opencl", "Halyard", VERSION, Spi.LEVEL).build();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    Devices devices;
    try {
      OpenClConfiguration configuration = OpenClConfiguration.of(context.configuration());
      Optional<String> absent = OpenClLibrary.get(context::environment).absent();
      if (absent.isPresent()) {
        found.nothing(absent.get());
        return;
      }
      devices = Devices.find(configuration);
    } catch (IllegalArgumentException | HalyardException e) {
      found.nothing(String.valueOf(e.getMessage()));
      return;
    } catch (RuntimeException | LinkageError e) {
      found.nothing("looking for OpenCL devices failed: " + e);
      return;
    }
    devices.found().forEach(device -> found.device(device.descriptor()));
    if (devices.found().isEmpty()) {
      found.nothing(devices.nothing());
    }
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    return open(device, context, Lowering::lower);
  }

  /** Opens a device with a generator that tests choose. */
  static OpenClDriver open(
      DeviceDescriptor device, DriverContext context, CodeGenerator generator) {
    OpenClConfiguration configuration = OpenClConfiguration.of(context.configuration());
    Function<String, Optional<String>> environment =
        name -> Optional.ofNullable(System.getenv(name));
    Optional<String> absent = OpenClLibrary.get(environment).absent();
    if (absent.isPresent()) {
      throw new DeviceLostException(
          "the device " + device.stableId() + " is gone: " + absent.get());
    }
    OpenClDevice opened =
        Devices.find(configuration).found().stream()
            .filter(each -> each.stableId().equals(device.stableId()))
            .findFirst()
            .orElseThrow(
                () ->
                    new DeviceLostException(
                        "no OpenCL driver shows the device "
                            + device.stableId()
                            + " any more; ./halyard devices lists those there are"));
    return new OpenClDriver(opened, configuration, context, generator);
  }
}
