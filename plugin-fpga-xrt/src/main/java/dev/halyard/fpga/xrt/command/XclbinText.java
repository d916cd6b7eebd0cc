package dev.halyard.fpga.xrt.command;

import static dev.halyard.fpga.xrt.command.TextTable.printable;

import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.ComputeUnit;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.Section;
import dev.halyard.fpga.xrt.xclbin.Xclbin;
import dev.halyard.fpga.xrt.xclbin.XclbinHeader;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** An xclbin as text for people. */
final class XclbinText {
  /** The last second that {@link Instant} prints with a year of four digits. */
  private static final long YEAR_9999 = 253_402_300_799L;

  private final Xclbin xclbin;
  private final PrintWriter out;

  XclbinText(Xclbin xclbin, PrintWriter out) {
    this.xclbin = xclbin;
    this.out = out;
  }

  void print() {
    printHeader();
    printSections();
    xclbin.kernels().forEach(this::printKernel);
    printComputeUnits();
    printMemories();
    printClocks();
  }

  private void printHeader() {
    XclbinHeader header = xclbin.header();
    out.println(printable(String.valueOf(xclbin.path())));
    out.println("  uuid      " + header.uuid());
    out.println("  platform  " + printable(header.platform()));
    out.println("  mode      " + header.mode());
    out.println("  XRT       " + header.version());
    out.println("  bytes     " + header.bytes());
    if (header.createdSeconds() != 0) {
      out.println("  created   " + created(header.createdSeconds()));
    }
  }

  private static String created(long seconds) {
    return seconds > 0 && seconds <= YEAR_9999
        ? Instant.ofEpochSecond(seconds).toString()
        : Long.toUnsignedString(seconds) + " s after 1970";
  }

  private void printSections() {
    TextTable table = new TextTable("KIND", "NAME", "OFFSET", "BYTES");
    for (Section section : xclbin.sections()) {
      table.row(
          section.label(),
          orDash(section.name()),
          String.valueOf(section.offset()),
          String.valueOf(section.bytes()));
    }
    printTable("sections", table);
  }

  private void printKernel(XclbinKernel kernel) {
    String protocol = kernel.controlProtocol();
    TextTable table = new TextTable("ARG", "NAME", "KIND", "OFFSET", "BYTES", "TYPE", "MEMORY");
    for (KernelArgument argument : kernel.arguments()) {
      table.row(
          argument.index() == KernelArgument.NO_INDEX ? "-" : String.valueOf(argument.index()),
          argument.name(),
          argument.qualifier().name().toLowerCase(Locale.ROOT),
          Numbers.hex(argument.offset()),
          Long.toUnsignedString(argument.bytes()),
          argument.type(),
          orDash(String.join(", ", tags(kernel, argument))));
    }
    printTitle("kernel " + kernel.name() + (protocol.isEmpty() ? "" : " (" + protocol + ")"));
    table.print(out);
    for (KernelInstance instance : kernel.instances()) {
      out.println(
          printable(
              "  instance %s at %s"
                  .formatted(instance.name(), Numbers.address(instance.baseAddress()))));
    }
  }

  private List<String> tags(XclbinKernel kernel, KernelArgument argument) {
    return xclbin.memories(kernel.name(), argument.index()).stream().map(MemoryBank::tag).toList();
  }

  private void printComputeUnits() {
    TextTable table = new TextTable("NAME", "TYPE", "ADDRESS");
    for (ComputeUnit unit : xclbin.computeUnits()) {
      table.row(unit.name(), unit.type().name(), Numbers.address(unit.baseAddress()));
    }
    printTable("compute units", table);
  }

  private void printMemories() {
    TextTable table = new TextTable("NAME", "TYPE", "ADDRESS", "SIZE", "USED");
    for (MemoryBank bank : xclbin.memories()) {
      table.row(
          bank.tag(),
          bank.type().name(),
          Numbers.hex(bank.baseAddress()),
          Numbers.size(bank.kibibytes()),
          bank.used() ? "yes" : "no");
    }
    printTable("memories", table);
  }

  private void printClocks() {
    TextTable table = new TextTable("NAME", "TYPE", "MHZ");
    for (Clock clock : xclbin.clocks()) {
      table.row(clock.name(), clock.type().name(), Numbers.decimal(clock.megahertz()));
    }
    printTable("clocks", table);
  }

  private void printTable(String title, TextTable table) {
    if (!table.isEmpty()) {
      printTitle(title);
      table.print(out);
    }
  }

  private void printTitle(String title) {
    out.println();
    out.println(printable(title));
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
