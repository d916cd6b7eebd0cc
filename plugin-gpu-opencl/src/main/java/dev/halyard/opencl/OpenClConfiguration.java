package dev.halyard.opencl;

import dev.halyard.opencl.code.DeviceModel;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code halyard.opencl.*} sets.
 *
 * @param platform a part of the name of the platforms to use, in lower case; empty for all
 * @param family how kernels are shaped; empty: by the type of the device
 * @param memory where buffers lie
 * @param binaryCache whether built programs are kept
 * @param tune how long to look for better tiles, in all
 * @param commandBuffer whether the launches of a run are recorded where the device can; empty:
 *     where it is no CPU
 * @param staging whether copies to and from memory of the device's own go through pinned memory;
 *     empty: where it is no CPU
 * @param tensorCores what to use where an application permits it; empty: what the device is seen to
 *     compute with
 */
record OpenClConfiguration(
    String platform,
    Optional<DeviceModel.Family> family,
    MemoryUse memory,
    boolean binaryCache,
    Duration tune,
    Optional<Boolean> commandBuffer,
    Optional<Boolean> staging,
    Optional<DeviceModel.TensorCores> tensorCores) {
  /** Where buffers lie. */
  enum MemoryUse {
    /** In the host's memory, where the device is the host's processor and is seen to share it. */
    AUTO,
    HOST,
    DEVICE
  }

  static OpenClConfiguration of(Map<String, String> configuration) {
    return new OpenClConfiguration(
        configuration.getOrDefault("platform", "").strip().toLowerCase(Locale.ROOT),
        switch (value(configuration, "family", "auto")) {
          case "cpu" -> Optional.of(DeviceModel.Family.CPU);
          case "gpu" -> Optional.of(DeviceModel.Family.GPU);
          case "auto" -> Optional.empty();
          default -> throw unknown(configuration, "family", "auto, cpu or gpu");
        },
        switch (value(configuration, "memory", "auto")) {
          case "host" -> MemoryUse.HOST;
          case "device" -> MemoryUse.DEVICE;
          case "auto" -> MemoryUse.AUTO;
          default -> throw unknown(configuration, "memory", "auto, host or device");
        },
        switch (value(configuration, "binaryCache", "on")) {
          case "on" -> true;
          case "off" -> false;
          default -> throw unknown(configuration, "binaryCache", "on or off");
        },
        seconds(configuration, "tune"),
        choice(configuration, "commandBuffer"),
        choice(configuration, "staging"),
        switch (value(configuration, "tensorCores", "auto")) {
          case "off" -> Optional.of(DeviceModel.TensorCores.NONE);
          case "emulated" -> Optional.of(DeviceModel.TensorCores.EMULATED);
          case "auto" -> Optional.empty();
          default -> throw unknown(configuration, "tensorCores", "auto, off or emulated");
        });
  }

  private static Optional<Boolean> choice(Map<String, String> configuration, String key) {
    return switch (value(configuration, key, "auto")) {
      case "on" -> Optional.of(true);
      case "off" -> Optional.of(false);
      case "auto" -> Optional.empty();
      default -> throw unknown(configuration, key, "auto, on or off");
    };
  }

  private static Duration seconds(Map<String, String> configuration, String key) {
    String text = value(configuration, key, "0");
    if (!text.matches("\\d{1,5}(\\.\\d{1,3})?")) {
      throw unknown(configuration, key, "a number of seconds, 0 to 99999.999");
    }
    return Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact());
  }

  private static String value(Map<String, String> configuration, String key, String other) {
    return configuration.getOrDefault(key, other).strip().toLowerCase(Locale.ROOT);
  }

  private static IllegalArgumentException unknown(
      Map<String, String> configuration, String key, String wanted) {
    return new IllegalArgumentException(
        "halyard.opencl." + key + " is '" + configuration.get(key) + "'; want " + wanted);
  }
}
