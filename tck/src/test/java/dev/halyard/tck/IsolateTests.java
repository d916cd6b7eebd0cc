package dev.halyard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Isolation;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.wrap.WrappedDriver;
import dev.halyard.tck.wrap.WrappedPlugin;
import dev.halyard.tck.wrap.WrappedStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

/** The kit with the device's plugin in processes of its own. */
@DisabledOnOs(OS.WINDOWS)
public class IsolateTests extends CommandHarness {
  @TempDir Path folder;

  private int run(Class<?> plugin, String rules, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--device",
                "apart:0",
                "--plugin-class",
                plugin.getName(),
                "--rule",
                rules,
                "--report",
                folder.toString()));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private Map<String, Object> read(String file) throws IOException {
    return JSON.std.mapFrom(Files.readString(folder.resolve(file)));
  }

  private String verdicts() throws IOException {
    return Files.readString(folder.resolve("results.jsonl"));
  }

  @Test
  void rulesThatLookAtThePluginAndThoseThatStandInFrontOfItHold() throws Exception {
    int code = run(Apart.class, "S-001,S-002,S-003,S-004,S-005,S-302,R-104", "--isolate");

    assertEquals(0, code, () -> err + "\n" + out);
    assertTrue(out.toString().contains("; isolated)"), out::toString);
    assertTrue(
        err.toString().contains("apart:0, its plugin in processes of its own: "), err::toString);
  }

  @Test
  void memoryThatIsTooMuchIsRefusedAndWhatIsGivenBackIsNotCounted() {
    assertEquals(0, run(Apart.class, "R-301,R-502", "--isolate"), () -> err + "\n" + out);
  }

  @Test
  void theReportSaysSoAndTheArchiveIsValid() throws Exception {
    assertEquals(0, run(Apart.class, "S-001", "--isolate"), err::toString);

    assertEquals(true, read("summary.json").get("isolated"));
    assertEquals(true, read("environment.json").get("isolated"));
    Path packed = folder.resolveSibling(folder.getFileName() + ".zip");
    assertEquals(0, run("pack", folder.toString(), "-o", packed.toString()), err::toString);
    assertEquals(3, run("verify", packed.toString()), out::toString);
    assertTrue(out.toString().contains("QUICK, isolated"), out::toString);
    Files.delete(packed);
  }

  @Test
  void aPluginThatAsksForItIsIsolatedWithoutTheOption() throws Exception {
    assertEquals(0, run(AsksForIt.class, "S-001"), err::toString);

    assertEquals(true, read("summary.json").get("isolated"));
  }

  @Test
  void otherwiseThePluginRunsInTheProcessOfItsArea() throws Exception {
    assertEquals(0, run(Apart.class, "S-001"), err::toString);

    assertEquals(false, read("summary.json").get("isolated"));
    assertFalse(out.toString().contains("isolated"), out::toString);
  }

  @Test
  void aPluginThatEndsItsProcessInARunFailsThatCheckAndCrashesNothing() throws Exception {
    assertEquals(1, run(EndsInRuns.class, "S-303,R-001", "--isolate", "--only", "contract"));

    String results = verdicts();
    assertFalse(results.contains("CRASH"), results);
    assertTrue(results.contains("ended with code 7"), results);
    assertTrue(results.contains("\"id\":\"R-001 contract\""), results);
    assertTrue(
        err.toString().contains("--isolate --profile quick --case 'S-303 runs'"), err::toString);
  }

  @Test
  void aPluginThatEndsItsProcessInAProbeFails() throws Exception {
    int code =
        run(
            "--device",
            "dies:0",
            "--plugin-class",
            TckCommandTests.DiesInProbe.class.getName(),
            "--report",
            folder.toString(),
            "--isolate");

    assertEquals(1, code, err::toString);
    assertTrue(verdicts().contains("\"id\":\"R-001 description\""), this::errors);
    assertTrue(err.toString().contains("its probe failed: "), err::toString);
  }

  private String errors() {
    return err.toString();
  }

  @Test
  void anUnknownDeviceIsAUsageErrorThatListsTheOthers() {
    assertEquals(2, run("--device", "nope:0", "--isolate"), err::toString);
    assertTrue(err.toString().contains("there is no device 'nope:0'; found are"), err::toString);
  }

  @Test
  void aDeviceNamedByItsStableIdIsIsolatedToo() {
    Settings settings = Settings.quick("apart-stable").plugin(Apart.class.getName());
    try (Subject here = Subject.open(settings);
        Subject isolated = Subject.open(settings.isolate(true))) {
      assertFalse(here.isIsolated());
      assertTrue(isolated.isIsolated());
      assertEquals("apart:0", isolated.deviceId());
      assertNotEquals(isolated.plugin(), isolated.vendors());
      assertEquals(Apart.class, isolated.vendors().getClass());
    }
  }

  /** The CPU plugin under another id. */
  public static class Apart extends WrappedPlugin {
    private final Isolation isolation;

    /** For the kit. */
    public Apart() {
      this(Isolation.NONE);
    }

    Apart(Isolation isolation) {
      super(cpu());
      this.isolation = isolation;
    }

    private static DevicePlugin cpu() {
      return ServiceLoader.load(DevicePlugin.class).iterator().next();
    }

    @Override
    public PluginInfo info() {
      return PluginInfo.builder("apart", "Halyard", "1", Spi.LEVEL).isolation(isolation).build();
    }

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      super.probe(
          context,
          new ProbeSink() {
            @Override
            public void device(DeviceDescriptor cpu) {
              found.device(
                  DeviceDescriptor.builder("apart-stable", cpu.kind(), "Apart")
                      .vendor(cpu.vendor())
                      .driver(cpu.driver())
                      .dtypes(cpu.dtypes().toArray(DType[]::new))
                      .build());
            }

            @Override
            public void nothing(String reason) {
              found.nothing(reason);
            }
          });
    }
  }

  /** Wants a process of its own. */
  public static final class AsksForIt extends Apart {
    /** For the kit. */
    public AsksForIt() {
      super(Isolation.REQUIRED);
    }
  }

  /** Ends the process that runs it. */
  public static final class EndsInRuns extends Apart {
    /** For the kit. */
    public EndsInRuns() {}

    @Override
    protected DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor device) {
      return new WrappedDriver(driver) {
        @Override
        public Stream openStream() {
          return new WrappedStream(super.openStream()) {
            @Override
            public long submit(Binding binding) {
              Runtime.getRuntime().halt(7);
              return super.submit(binding);
            }
          };
        }
      };
    }
  }
}
