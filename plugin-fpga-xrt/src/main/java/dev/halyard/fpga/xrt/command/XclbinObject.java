package dev.halyard.fpga.xrt.command;

import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.ComputeUnit;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.Section;
import dev.halyard.fpga.xrt.xclbin.Xclbin;
import dev.halyard.fpga.xrt.xclbin.XclbinHeader;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An xclbin as an object for programs. Addresses and registers' offsets are strings with a
 * hexadecimal number, since few programs read 64 bits of a number rightly.
 */
final class XclbinObject {
  private XclbinObject() {}

  static Map<String, @Nullable Object> of(Xclbin xclbin) {
    XclbinHeader header = xclbin.header();
    return object(
        "file", String.valueOf(xclbin.path()),
        "uuid", header.uuid().toString(),
        "platform", header.platform(),
        "mode", header.mode().name(),
        "version", header.version(),
        "bytes", header.bytes(),
        "createdSeconds", unsigned(header.createdSeconds()),
        "sections", xclbin.sections().stream().map(XclbinObject::section).toList(),
        "kernels", xclbin.kernels().stream().map(kernel -> kernel(xclbin, kernel)).toList(),
        "computeUnits", xclbin.computeUnits().stream().map(XclbinObject::unit).toList(),
        "memories", xclbin.memories().stream().map(XclbinObject::memory).toList(),
        "clocks", xclbin.clocks().stream().map(XclbinObject::clock).toList());
  }

  private static Object section(Section section) {
    return object(
        "kind", section.label(),
        "name", section.name(),
        "offset", section.offset(),
        "bytes", section.bytes());
  }

  private static Object kernel(Xclbin xclbin, XclbinKernel kernel) {
    return object(
        "name", kernel.name(),
        "controlProtocol", kernel.controlProtocol(),
        "arguments", kernel.arguments().stream().map(arg -> argument(xclbin, kernel, arg)).toList(),
        "instances", kernel.instances().stream().map(XclbinObject::instance).toList());
  }

  private static Object argument(Xclbin xclbin, XclbinKernel kernel, KernelArgument argument) {
    return object(
        "index", argument.index() == KernelArgument.NO_INDEX ? null : argument.index(),
        "name", argument.name(),
        "kind", argument.qualifier().name().toLowerCase(Locale.ROOT),
        "offset", Numbers.hex(argument.offset()),
        "bytes", unsigned(argument.bytes()),
        "type", argument.type(),
        "port", argument.port(),
        "memories",
            xclbin.memories(kernel.name(), argument.index()).stream()
                .map(MemoryBank::tag)
                .toList());
  }

  private static Object instance(KernelInstance instance) {
    return object("name", instance.name(), "baseAddress", address(instance.baseAddress()));
  }

  private static Object unit(ComputeUnit unit) {
    return object(
        "name", unit.name(),
        "type", unit.type().name(),
        "baseAddress", address(unit.baseAddress()));
  }

  private static Object memory(MemoryBank bank) {
    return object(
        "name", bank.tag(),
        "type", bank.type().name(),
        "baseAddress", Numbers.hex(bank.baseAddress()),
        "kibibytes", unsigned(bank.kibibytes()),
        "used", bank.used());
  }

  private static Object clock(Clock clock) {
    return object(
        "name", clock.name(), "type", clock.type().name(), "megahertz", clock.megahertz());
  }

  private static @Nullable String address(long address) {
    return address == ComputeUnit.NO_ADDRESS ? null : Numbers.hex(address);
  }

  private static BigInteger unsigned(long number) {
    return new BigInteger(Long.toUnsignedString(number));
  }

  private static Map<String, @Nullable Object> object(@Nullable Object... keysAndValues) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      object.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return object;
  }
}
