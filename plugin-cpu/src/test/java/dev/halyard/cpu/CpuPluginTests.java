package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuPluginTests {
  @Test
  void theServiceLoaderFindsThePlugin() {
    assertTrue(
        ServiceLoader.load(DevicePlugin.class).stream()
            .anyMatch(provider -> provider.type() == CpuPlugin.class));
  }

  @Test
  void oneDeviceIsAlwaysThere() {
    DeviceDescriptor device = Drivers.descriptor("threads", "3", "vector", "off");
    assertTrue(device.stableId().startsWith("cpu:"), device.stableId());
    assertEquals(device.stableId(), Drivers.descriptor().stableId());
    assertEquals("3", device.properties().get("threads"));
    assertEquals("off", device.properties().get("vector"));
    assertTrue(Set.of("0", "128", "256", "512").contains(device.properties().get("vectorBits")));
    assertTrue(device.profiles().contains(Profile.DETERMINISTIC));
  }

  @Test
  void theConfigurationChoosesTheKernels() {
    try (CpuDriver scalar = Drivers.open("vector", "off");
        CpuDriver vector = Drivers.open("vector", "on")) {
      assertInstanceOf(ScalarKernels.class, scalar.kernels());
      assertTrue(vector.kernels().lanes() > 1);
    }
  }

  @Test
  void aWrongConfigurationNamesTheKeyAndTheChoice() {
    String vector =
        assertThrows(
                IllegalArgumentException.class,
                () -> CpuConfiguration.of(Map.of("vector", "maybe")))
            .getMessage();
    assertEquals("halyard.cpu.vector is 'maybe'; want on, off or auto", vector);
    String threads =
        assertThrows(
                IllegalArgumentException.class, () -> CpuConfiguration.of(Map.of("threads", "0")))
            .getMessage();
    assertEquals("halyard.cpu.threads is '0'; want a number from 1 to 1000000", threads);
  }

  /** What a JVM without the Vector API runs. */
  static final class WithoutVectors {
    public static void main(String[] arguments) {
      System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
      try (CpuDriver first = Drivers.open();
          CpuDriver second = Drivers.open()) {
        System.err.println(Drivers.descriptor().properties().get("vector"));
        System.err.println(first.kernels().lanes() + " " + second.kernels().lanes());
      }
    }
  }

  @Test
  void aJvmWithoutTheVectorModuleFallsBackWithTheFlagToPass()
      throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                WithoutVectors.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jvm.waitFor(), output);
    assertTrue(output.contains("--add-modules jdk.incubator.vector"), output);
    assertEquals(
        output.indexOf("computes without vectors"),
        output.lastIndexOf("computes without vectors"),
        "one warning: " + output);
    assertTrue(output.contains("off\n1 1"), output);
    assertNotEquals(-1, output.indexOf("WARNING"), output);
  }
}
