package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.emulator.xclbin.Design.Unit;
import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.ClockType;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Refuses designs that an xclbin can't say, or that XRT would misread. */
final class DesignChecks {
  /** The registers of a compute unit, in bytes; control takes those before the first argument. */
  static final int REGISTER_BYTES = 0x10000;

  private static final int FIRST_ARGUMENT = 0x10;
  private static final int POINTER_BYTES = 8;

  /** XRT's limit for one device. */
  private static final int MOST_UNITS = 128;

  private static final int TAG_LENGTH = 15;
  private static final int UNIT_NAME_LENGTH = 63;
  private static final int CLOCK_NAME_LENGTH = 127;
  private static final int TYPE_LENGTH = 127;
  private static final int MOST_MEGAHERTZ = 0xffff;
  private static final long MOST_KIBIBYTES = 1L << 52;

  private static final Set<MemoryType> PLACES =
      EnumSet.of(
          MemoryType.DDR3,
          MemoryType.DDR4,
          MemoryType.DRAM,
          MemoryType.HBM,
          MemoryType.BRAM,
          MemoryType.URAM);

  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern LABEL = Pattern.compile("[!-~]+");
  private static final Pattern TYPE = Pattern.compile("[ -~]*");

  private DesignChecks() {}

  /** A stretch of bytes or registers with a name. */
  private record Range(String name, long first, long bytes) {}

  /**
   * Checks a design.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  static void check(Design design) {
    require(
        design.mode() == XclbinMode.SW_EMU || design.mode() == XclbinMode.HW_EMU,
        "the mode SW_EMU or HW_EMU",
        design.mode());
    checkBanks(design.banks());
    checkKernels(design.kernels());
    checkUnits(design.units());
    checkClocks(design.clocks());
  }

  private static void checkBanks(List<MemoryBank> banks) {
    require(!banks.isEmpty(), "a memory bank", "none");
    require(banks.getFirst().used(), "the first bank in use", banks.getFirst());
    Set<String> tags = new HashSet<>();
    List<Range> ranges = new ArrayList<>();
    for (MemoryBank bank : banks) {
      checkName(bank.tag(), LABEL, TAG_LENGTH, "the name of a bank");
      require(tags.add(bank.tag()), "banks with names of their own", bank.tag() + " twice");
      require(PLACES.contains(bank.type()), "a bank of " + PLACES, bank);
      require(
          bank.kibibytes() > 0 && bank.kibibytes() <= MOST_KIBIBYTES,
          "a bank of 1 to " + MOST_KIBIBYTES + " KiB",
          bank);
      require(
          bank.baseAddress() >= 0 && bank.baseAddress() <= Long.MAX_VALUE - bank.kibibytes() * 1024,
          "a bank below 2^63",
          bank);
      ranges.add(new Range(bank.tag(), bank.baseAddress(), bank.kibibytes() * 1024));
    }
    checkApart(ranges, "banks");
  }

  private static void checkKernels(List<XclbinKernel> kernels) {
    require(!kernels.isEmpty(), "a kernel", "none");
    Set<String> names = new HashSet<>();
    for (XclbinKernel kernel : kernels) {
      checkName(kernel.name(), IDENTIFIER, UNIT_NAME_LENGTH, "the name of a kernel");
      require(
          names.add(kernel.name()), "kernels with names of their own", kernel.name() + " twice");
      require(
          ControlProtocol.of(kernel.controlProtocol()).isPresent(),
          "kernel " + kernel.name() + " with one of " + ControlProtocol.names(),
          kernel.controlProtocol());
      require(!kernel.instances().isEmpty(), "an instance of " + kernel.name(), "none");
      checkArguments(kernel);
    }
  }

  private static void checkArguments(XclbinKernel kernel) {
    List<Range> registers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < kernel.arguments().size(); i++) {
      KernelArgument argument = kernel.arguments().get(i);
      String who = "argument " + i + " of " + kernel.name();
      require(argument.index() == i, who + " with index " + i, argument);
      checkName(argument.name(), IDENTIFIER, UNIT_NAME_LENGTH, "the name of " + who);
      require(names.add(argument.name()), who + " with a name of its own", argument);
      checkName(argument.port(), IDENTIFIER, UNIT_NAME_LENGTH, "the port of " + who);
      checkName(argument.type(), TYPE, TYPE_LENGTH, "the type of " + who);
      require(
          argument.qualifier() == ArgumentQualifier.SCALAR
              || argument.qualifier() == ArgumentQualifier.GLOBAL,
          who + " as a scalar or a buffer",
          argument);
      require(
          argument.qualifier() != ArgumentQualifier.GLOBAL || argument.bytes() == POINTER_BYTES,
          who + ", a buffer, with an address of " + POINTER_BYTES + " bytes",
          argument);
      require(
          argument.offset() >= FIRST_ARGUMENT
              && argument.offset() % Integer.BYTES == 0
              && argument.bytes() > 0
              && argument.bytes() <= REGISTER_BYTES
              && argument.offset() <= REGISTER_BYTES - argument.bytes(),
          who + " in whole words from 0x10 to 0xffff",
          argument);
      registers.add(new Range(argument.name(), argument.offset(), argument.bytes()));
    }
    checkApart(registers, "arguments of " + kernel.name());
    checkPorts(kernel);
  }

  private static void checkPorts(XclbinKernel kernel) {
    Set<String> slaves = KernelPorts.slaves(kernel);
    require(slaves.size() <= 1, kernel.name() + " with one port for scalars", slaves);
    for (String master : KernelPorts.masters(kernel)) {
      require(
          !master.equals(KernelPorts.control(kernel)),
          kernel.name() + " with other ports for buffers than for scalars",
          master);
    }
  }

  private static void checkUnits(List<Unit> units) {
    require(units.size() <= MOST_UNITS, "at most " + MOST_UNITS + " instances", units.size());
    Set<String> names = new HashSet<>();
    List<Range> ranges = new ArrayList<>();
    for (Unit unit : units) {
      long base = unit.instance().baseAddress();
      checkName(unit.instance().name(), IDENTIFIER, UNIT_NAME_LENGTH, "the name of an instance");
      require(
          unit.name().length() <= UNIT_NAME_LENGTH,
          "kernel:instance of at most " + UNIT_NAME_LENGTH + " characters",
          unit.name());
      require(names.add(unit.name()), "instances with names of their own", unit.name() + " twice");
      require(
          base >= 0 && base % REGISTER_BYTES == 0,
          unit.name() + " at a multiple of 0x10000",
          "0x" + Long.toHexString(base));
      ranges.add(new Range(unit.name(), base, REGISTER_BYTES));
    }
    checkApart(ranges, "instances");
  }

  private static void checkClocks(List<Clock> clocks) {
    for (Clock clock : clocks) {
      checkName(clock.name(), LABEL, CLOCK_NAME_LENGTH, "the name of a clock");
      require(clock.type() != ClockType.UNKNOWN, "a clock of a known type", clock);
      require(
          clock.megahertz() >= 1
              && clock.megahertz() <= MOST_MEGAHERTZ
              && clock.megahertz() == Math.rint(clock.megahertz()),
          "a clock of 1 to " + MOST_MEGAHERTZ + " whole MHz",
          clock);
    }
  }

  private static void checkName(String name, Pattern form, int longest, String what) {
    require(
        form.matcher(name).matches() && name.length() <= longest,
        "%s like %s, at most %d characters".formatted(what, form, longest),
        "'" + name + "'");
  }

  private static void checkApart(List<Range> ranges, String what) {
    List<Range> sorted = ranges.stream().sorted(Comparator.comparingLong(Range::first)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Range before = sorted.get(i - 1);
      Range range = sorted.get(i);
      require(
          range.first() - before.first() >= before.bytes(),
          what + " apart from each other",
          range.name() + " over " + before.name());
    }
  }

  private static void require(boolean holds, String wanted, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(
          "an xclbin wants %s, found %s; correct the design".formatted(wanted, found));
    }
  }
}
