package dev.halyard.runtime.discover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Halyard;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DiscoveryTests {
  /** A plugin that probes as it is told. */
  private static class Plugin implements DevicePlugin {
    private final String id;
    private final Consumer<ProbeSink> probe;

    Plugin(String id, Consumer<ProbeSink> probe) {
      this.id = id;
      this.probe = probe;
    }

    @Override
    public PluginInfo info() {
      return PluginInfo.builder(id, "tests", "1", Spi.LEVEL).build();
    }

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      probe.accept(found);
    }

    @Override
    public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
      throw new UnsupportedOperationException("discovery opens nothing");
    }
  }

  private static void report(ProbeSink found) {
    found.device(
        DeviceDescriptor.builder("serial", DeviceKind.OTHER, "Fine").dtypes(DType.F32).build());
  }

  private static List<FoundDevice> discover(Plugin first) {
    return Discovery.discover(
        Halyard.Config.fromEnvironment()
            .plugin(first)
            .plugin(new Plugin("fine", DiscoveryTests::report)));
  }

  @Test
  void aMisspeltPluginToIsolateIsReported() {
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .property("halyard.isolate", "fime, ")
            .isolate("fome")
            .plugin(new Plugin("fine", DiscoveryTests::report));
    List<FoundDevice> found = Discovery.discover(config);
    for (String id : List.of("fime", "fome")) {
      assertTrue(
          found.stream()
              .anyMatch(
                  entry -> entry.id().equals(id) && entry.reason().contains("no usable plugin")),
          found::toString);
    }
    assertTrue(found.stream().noneMatch(entry -> entry.id().isEmpty()));
  }

  private static void assertReason(List<FoundDevice> found, String id, String reason) {
    FoundDevice broken = found.getFirst();
    assertTrue(broken.id().equals(id) && broken.reason().contains(reason), () -> found.toString());
    assertTrue(found.stream().anyMatch(device -> device.id().equals("fine:0")), found::toString);
  }

  @Test
  void aProbeThatHangsIsGivenUpWithTheReason() {
    CountDownLatch never = new CountDownLatch(1);
    List<FoundDevice> found =
        discover(
            new Plugin(
                "hangs",
                sink -> {
                  report(sink);
                  while (never.getCount() > 0) {
                    Thread.onSpinWait();
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      // As native code would: it does not listen.
                    }
                  }
                }));
    never.countDown();
    assertReason(found, "hangs", "did not return within 10 s");
    assertTrue(found.stream().noneMatch(device -> device.id().equals("hangs:0")));
  }

  @Test
  void aProbeThatFailsAnAssertionIsReportedAndWhatItFoundStays() {
    List<FoundDevice> found =
        discover(
            new Plugin(
                "asserts",
                sink -> {
                  report(sink);
                  throw new AssertionError("no such bus");
                }));
    assertEquals("asserts:0", found.getFirst().id());
    assertReason(found.subList(1, found.size()), "asserts", "no such bus");
  }

  @Test
  void aPluginWhoseInfoOverflowsTheStackIsReported() {
    Plugin plugin =
        new Plugin("deep", DiscoveryTests::report) {
          @Override
          public PluginInfo info() {
            throw new StackOverflowError("info within info");
          }
        };
    assertReason(discover(plugin), plugin.getClass().getName(), "StackOverflowError");
  }

  @Test
  void anInterruptedCallerFindsItsDevicesAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    List<FoundDevice> found = discover(new Plugin("empty", sink -> sink.nothing("no card")));
    assertTrue(Thread.interrupted());
    assertReason(found, "empty", "no card");
  }
}
