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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
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
  void theWidthReportedIsThatOfTheKernelsInUse() {
    try (CpuDriver vector = Drivers.open("vector", "on")) {
      Map<String, String> on = Drivers.descriptor("vector", "on").properties();
      assertEquals("on", on.get("vector"));
      assertEquals(Integer.toString(vector.kernels().lanes() * 32), on.get("vectorBits"));
    }
    assertEquals("0", Drivers.descriptor("vector", "off").properties().get("vectorBits"));
  }

  /** Kernels that cannot be made. */
  static final class BrokenKernels {
    BrokenKernels() {
      throw new IllegalStateException("no such\nspecies");
    }
  }

  @Test
  void kernelsThatFailToLoadSayWhyInOneLine() {
    VectorSupport support =
        VectorSupport.load(Object.class.getModule(), BrokenKernels.class.getName());
    assertTrue(support.kernels().isEmpty());
    assertTrue(support.reason().endsWith("IllegalStateException: no such species"));
  }

  @Test
  void aJvmWithoutFusedMultiplyAddFallsBackAndSaysSo() throws IOException, InterruptedException {
    String output = withoutVectors("-XX:-UseFMA", "--add-modules", "jdk.incubator.vector");
    assertTrue(output.contains("multiplies and adds at once"), output);
    assertTrue(output.contains("off\n1 1"), output);
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
    String output = withoutVectors();
    assertTrue(output.contains("--add-modules jdk.incubator.vector"), output);
    assertEquals(
        output.indexOf("computes without vectors"),
        output.lastIndexOf("computes without vectors"),
        "one warning: " + output);
    assertTrue(output.contains("off\n1 1"), output);
    assertNotEquals(-1, output.indexOf("WARNING"), output);
  }

  private static String withoutVectors(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WithoutVectors.class.getName()));
    Process jvm = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, jvm.waitFor(), output);
    return output;
  }
}
