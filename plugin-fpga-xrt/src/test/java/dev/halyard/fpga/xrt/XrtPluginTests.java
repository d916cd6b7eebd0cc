package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Isolation;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Spi;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class XrtPluginTests {
  private static final Map<String, String> WITH_XCLBIN = Map.of("xclbin", "card.xclbin");

  private record Context(Map<String, String> configuration) implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.empty();
    }
  }

  private record Found(List<DeviceDescriptor> devices, List<String> reasons) implements ProbeSink {
    @Override
    public void device(DeviceDescriptor descriptor) {
      devices.add(descriptor);
    }

    @Override
    public void nothing(String reason) {
      reasons.add(reason);
    }
  }

  private static XrtPlugin plugin(BoardSource... sources) {
    return new XrtPlugin(context -> Boards.find(List.of(sources), context));
  }

  private static Found probe(Map<String, String> configuration, BoardSource... sources) {
    Found found = new Found(new ArrayList<>(), new ArrayList<>());
    plugin(sources).probe(new Context(configuration), found);
    return found;
  }

  private static BoardDescription emulated(String id, Map<String, String> environment) {
    return new BoardDescription(id, "Model " + id, id, true, environment);
  }

  @Test
  void wantsAProcessOfItsOwn() {
    DevicePlugin plugin = new XrtPlugin();
    assertEquals("fpga-xrt", plugin.info().id());
    assertEquals(Spi.LEVEL, plugin.info().level());
    assertEquals(Isolation.REQUIRED, plugin.info().isolation());
  }

  @Test
  void asksForTheEnvironmentOfItsBoards() {
    Map<String, String> environment = Map.of("XCL_EMULATION_MODE", "sw_emu");
    assertEquals(
        environment, plugin(ModelSource.of(emulated("a", environment))).info().environment());
    assertEquals(Map.of(), plugin(ModelSource.of()).info().environment());
  }

  @Test
  void describesAnEmulatedBoard() {
    DeviceDescriptor device =
        probe(Map.of(), ModelSource.of(ModelSource.EMULATED)).devices().getFirst();
    assertEquals("model:0", device.stableId());
    assertEquals(DeviceKind.FPGA, device.kind());
    assertTrue(device.emulated());
    assertEquals("model 1", device.driver());
    assertTrue(
        device
            .profiles()
            .containsAll(
                List.of(
                    Profile.CORE,
                    Profile.INT8,
                    Profile.INT16,
                    Profile.DETERMINISTIC,
                    Profile.LOSS_INJECTION)));
  }

  @Test
  void withoutBoardsTheReasonsOfAllSourcesAreGiven() {
    Found found = probe(Map.of(), ModelSource.of(), ModelSource.of());
    assertEquals(List.of(), found.devices());
    assertEquals(List.of("no model is wanted; no model is wanted"), found.reasons());
  }

  @Test
  void aCardWithoutAnXclbinIsNoneAndTheReasonSaysWhatToSet() {
    Found found = probe(Map.of(), ModelSource.of(ModelSource.CARD));
    assertEquals(List.of(), found.devices());
    assertTrue(found.reasons().getFirst().contains("set halyard.fpga-xrt.xclbin"), found::toString);
    assertEquals(1, probe(WITH_XCLBIN, ModelSource.of(ModelSource.CARD)).devices().size());
  }

  @Test
  void withoutALibraryThereIsNoneAndTheReasonIsTheSources() {
    Found found = probe(Map.of(), ModelSource.withoutDriver("install libxrt1"));
    assertEquals(List.of(), found.devices());
    assertTrue(found.reasons().getFirst().contains("install libxrt1"), found::toString);
  }

  @Test
  void aWrongSettingIsNoneAndTheReasonShowsIt() {
    Found found = probe(Map.of("timeoutMillis", "soon"), ModelSource.of(ModelSource.EMULATED));
    assertEquals(List.of(), found.devices());
    assertEquals(
        List.of("halyard.fpga-xrt.timeoutMillis is 'soon'; want a number from 1 to 3600000"),
        found.reasons());
  }

  @Test
  void cardsStandBeforeEmulatedBoards() {
    Found found = probe(WITH_XCLBIN, ModelSource.of(ModelSource.EMULATED, ModelSource.CARD));
    assertEquals(
        List.of("pci:0000:03:00.1", "model:0"),
        found.devices().stream().map(DeviceDescriptor::stableId).toList());
  }

  @Test
  void aBoardOfAnotherEnvironmentIsLeftOut() {
    BoardDescription first = emulated("a", Map.of("MODE", "1"));
    BoardDescription second = emulated("b", Map.of("MODE", "2"));
    Found found = probe(Map.of(), ModelSource.of(first, second));
    assertEquals(List.of("a"), found.devices().stream().map(DeviceDescriptor::stableId).toList());
  }

  @Test
  void aCardIsNotOpenedWithoutAnXclbin() {
    XrtPlugin plugin = plugin(ModelSource.of(ModelSource.CARD));
    PluginException refused =
        assertThrows(
            PluginException.class, () -> open(plugin, ModelSource.CARD.stableId(), Map.of()));
    assertTrue(refused.getMessage().contains("halyard.fpga-xrt.xclbin"), refused::getMessage);
  }

  @Test
  void aBoardThatIsNoLongerThereIsLost() {
    DeviceLostException lost =
        assertThrows(DeviceLostException.class, () -> open(plugin(), "gone", Map.of()));
    assertTrue(lost.getMessage().contains("gone"), lost::getMessage);
  }

  @Test
  void aKernelOfAnotherVersionIsRefusedAndTheBoardClosed() {
    ModelSource source = ModelSource.of(ModelSource.EMULATED);
    source.prepare = board -> board.version = 7;
    PluginException refused =
        assertThrows(PluginException.class, () -> open(plugin(source), "model:0", Map.of()));
    assertTrue(refused.getMessage().contains("has version 00000007"), refused::getMessage);
    assertTrue(source.last().isClosed());
  }

  @Test
  void aKernelWithArgumentsInSeveralMemoriesIsRefused() {
    ModelSource source = ModelSource.of(ModelSource.EMULATED);
    source.prepare = board -> board.groupOfY = 1;
    PluginException refused =
        assertThrows(PluginException.class, () -> open(plugin(source), "model:0", Map.of()));
    assertTrue(refused.getMessage().contains("several memories"), refused::getMessage);
  }

  private static void open(XrtPlugin plugin, String id, Map<String, String> configuration) {
    DeviceDescriptor device = DeviceDescriptor.builder(id, DeviceKind.FPGA, id).build();
    plugin.open(device, new Drivers.Context(configuration)).close();
  }
}
