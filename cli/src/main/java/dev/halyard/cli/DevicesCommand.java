package dev.halyard.cli;

import dev.halyard.Device;
import dev.halyard.Halyard;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.Profile;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what was found, and why the rest was not. */
@Command(
    name = "devices",
    description = "Lists the devices, and the plugins that found none with the reason.",
    footer = {"", "Example:", "  ./halyard devices --json"})
final class DevicesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private IsolateOption isolate;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    isolate.apply();
    List<Halyard.Report> reports = StandardRuntime.get().reports();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, reports.stream().map(DevicesCommand::object).toList());
    } else {
      reports.forEach(report -> print(out, report));
    }
    return ExitCode.DONE;
  }

  private static Object object(Halyard.Report report) {
    if (report.device().isEmpty()) {
      return object(
          report.id(), "", "none", "", "", "", false, List.of(), Map.of(), report.reason());
    }
    DeviceDescriptor device = report.device().get().descriptor();
    return object(
        report.id(),
        device.stableId(),
        device.kind().name().toLowerCase(Locale.ROOT),
        device.vendor(),
        device.name(),
        device.driver(),
        device.emulated(),
        device.profiles().stream().map(Profile::name).toList(),
        device.properties(),
        report.reason());
  }

  private static Object object(
      String id,
      String stableId,
      String kind,
      String vendor,
      String name,
      String driver,
      boolean emulated,
      List<String> profiles,
      Map<String, String> properties,
      String reason) {
    return Json.object(
        "id",
        id,
        "stableId",
        stableId,
        "kind",
        kind,
        "vendor",
        vendor,
        "name",
        name,
        "driver",
        driver,
        "emulated",
        emulated,
        "profiles",
        profiles,
        "properties",
        properties,
        "reason",
        reason);
  }

  private static void print(PrintWriter out, Halyard.Report report) {
    report
        .device()
        .ifPresentOrElse(
            device -> printDevice(out, report, device),
            () -> out.println(report.id() + "  no device: " + report.reason()));
  }

  private static void printDevice(PrintWriter out, Halyard.Report report, Device device) {
    DeviceDescriptor descriptor = device.descriptor();
    out.println(
        report.id() + "  " + descriptor.name() + (descriptor.emulated() ? " (emulated)" : ""));
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("kind", descriptor.kind().name().toLowerCase(Locale.ROOT));
    facts.put("driver", descriptor.driver());
    facts.put("id", descriptor.stableId());
    facts.put(
        "profiles", String.join(", ", descriptor.profiles().stream().map(Profile::name).toList()));
    facts.putAll(descriptor.properties());
    if (!report.reason().isEmpty()) {
      facts.put("reason", report.reason());
    }
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach(
        (name, value) -> out.println("  " + name + " ".repeat(width - name.length() + 2) + value));
  }
}
