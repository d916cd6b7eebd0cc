package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Spi;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class OpenClPluginTests {
  private static final Map<String, String> POCL = new Drivers.Context().configuration();

  private static final Path ENVIRONMENT = Path.of("..", "docs", "env_vars.md");

  @Test
  void isFoundAsAService() {
    assertEquals(
        1,
        ServiceLoader.load(DevicePlugin.class).stream()
            .filter(provider -> provider.type() == OpenClPlugin.class)
            .count());
    assertEquals("opencl", new OpenClPlugin().info().id());
    assertEquals(Spi.LEVEL, new OpenClPlugin().info().level());
  }

  @Test
  void everySettingIsNamedWhereUsersReadOfThem() throws IOException {
    Path source = Path.of("src", "main", "java", "dev", "halyard", "opencl", "OpenClPlugin.java");
    for (String text : List.of(Files.readString(source), Files.readString(ENVIRONMENT))) {
      for (RecordComponent setting : OpenClConfiguration.class.getRecordComponents()) {
        String name = "halyard.opencl." + setting.getName();
        assertTrue(text.contains(name), name);
      }
    }
  }

  @Test
  void describesPoclAsAProcessorWithTheHostsMemory() {
    Lanes.require("pocl");
    DeviceDescriptor device = Drivers.probe(POCL).devices().getFirst();
    assertEquals(DeviceKind.CPU, device.kind());
    assertEquals(0, device.memoryBytes());
    assertTrue(device.stableId().matches("opencl:portable-computing-language:[a-z0-9-]+:0"));
    assertTrue(
        device
            .profiles()
            .containsAll(
                List.of(Profile.CORE, Profile.F32, Profile.INT8, Profile.FUSION, Profile.ASYNC)));
    assertTrue(device.dtypes().contains(DType.F64));
    assertEquals("cpu", device.properties().get("family"));
    assertTrue(device.properties().get("openclC").startsWith("OpenCL C "), device::toString);
    assertEquals(device.stableId(), Drivers.probe(POCL).devices().getFirst().stableId());
  }

  @Test
  void theFamilyCanBeSet() {
    Lanes.require("pocl");
    Map<String, String> gpu = new Drivers.Context("family", "gpu").configuration();
    assertEquals("gpu", Drivers.probe(gpu).devices().getFirst().properties().get("family"));
  }

  @Test
  void aPlatformThatIsNotThereIsNothingAndTheReasonNamesThoseThatAre() {
    Lanes.require("pocl");
    Drivers.Found found = Drivers.probe(Map.of("platform", "no such"));
    assertEquals(List.of(), found.devices());
    String reason = found.reasons().getFirst();
    assertTrue(
        reason.contains("Portable Computing Language") && reason.contains("'no such'"), reason);
  }

  @Test
  void aDeviceThatIsNoLongerShownIsLost() {
    Lanes.require("pocl");
    DeviceDescriptor gone =
        DeviceDescriptor.builder("pci:0000:ff:00.0", DeviceKind.GPU, "gone").build();
    DeviceLostException thrown =
        assertThrows(
            DeviceLostException.class,
            () ->
                OpenClPlugin.open(
                    gone, new Drivers.Context(), Runs.always(HandWritten.reverse(1))));
    assertTrue(String.valueOf(thrown.getMessage()).contains("pci:0000:ff:00.0"));
  }
}
