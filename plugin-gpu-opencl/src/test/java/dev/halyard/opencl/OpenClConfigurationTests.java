package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.opencl.code.DeviceModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenClConfigurationTests {
  @Test
  void settingsAreReadAndHaveDefaults() {
    assertEquals(
        new OpenClConfiguration(
            "",
            Optional.empty(),
            OpenClConfiguration.MemoryUse.AUTO,
            true,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        OpenClConfiguration.of(Map.of()));
    assertEquals(
        new OpenClConfiguration(
            "nvidia",
            Optional.of(DeviceModel.Family.GPU),
            OpenClConfiguration.MemoryUse.DEVICE,
            false,
            Duration.ofMillis(2_500),
            Optional.of(true),
            Optional.of(false),
            Optional.of(DeviceModel.TensorCores.NONE)),
        OpenClConfiguration.of(
            Map.of(
                "platform",
                " NVIDIA",
                "family",
                "GPU",
                "memory",
                "device",
                "binaryCache",
                "off",
                "tune",
                "2.5",
                "commandBuffer",
                "ON",
                "staging",
                "off",
                "tensorCores",
                "off")));
  }

  @Test
  void aWrongValueSaysWhichSettingAndWhatIsWanted() {
    for (String key :
        List.of(
            "family", "memory", "binaryCache", "tune", "commandBuffer", "staging", "tensorCores")) {
      String message =
          String.valueOf(
              assertThrows(
                      IllegalArgumentException.class,
                      () -> OpenClConfiguration.of(Map.of(key, "x")))
                  .getMessage());
      assertTrue(message.startsWith("halyard.opencl." + key + " is 'x'; want "), message);
      Drivers.Found found = Drivers.probe(Map.of(key, "x"));
      assertEquals(List.of(message), found.reasons());
    }
  }
}
