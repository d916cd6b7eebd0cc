package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.emulator.xclbin.Design.Unit;
import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.Connection;
import dev.halyard.fpga.xrt.xclbin.IpType;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.SectionKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The bytes of a section.
 *
 * @param kind what it is
 * @param bytes not shared with anyone
 */
// Components are never compared and never leave the package; buffers are of their own arrays.
@SuppressWarnings({"ArrayRecordComponent", "ByteBufferBackingArray"})
record SectionData(SectionKind kind, byte[] bytes) {
  static SectionData image(byte[] image) {
    return new SectionData(SectionKind.BITSTREAM, image);
  }

  static SectionData metadata(Design design) {
    return new SectionData(
        SectionKind.EMBEDDED_METADATA, MetadataText.of(design).getBytes(StandardCharsets.UTF_8));
  }

  /** {@code mem_topology}. */
  static SectionData memories(List<MemoryBank> banks) {
    ByteBuffer table = table(8 + 40 * banks.size()).putInt(banks.size()).putInt(0);
    for (MemoryBank bank : banks) {
      table.put((byte) bank.type().code()).put((byte) (bank.used() ? 1 : 0)).put(new byte[6]);
      table.putLong(bank.kibibytes()).putLong(bank.baseAddress());
      putText(table, bank.tag(), 16);
    }
    return new SectionData(SectionKind.MEM_TOPOLOGY, table.array());
  }

  /** {@code connectivity}. */
  static SectionData connections(List<Connection> connections) {
    ByteBuffer table = table(4 + 12 * connections.size()).putInt(connections.size());
    for (Connection connection : connections) {
      table
          .putInt(connection.argument())
          .putInt(connection.computeUnit())
          .putInt(connection.memory());
    }
    return new SectionData(SectionKind.CONNECTIVITY, table.array());
  }

  /** {@code ip_layout}. */
  static SectionData units(List<Unit> units) {
    ByteBuffer table = table(8 + 80 * units.size()).putInt(units.size()).putInt(0);
    for (Unit unit : units) {
      int properties =
          ControlProtocol.of(unit.kernel().controlProtocol()).orElseThrow().properties();
      table.putInt(IpType.KERNEL.code()).putInt(properties);
      table.putLong(unit.instance().baseAddress());
      putText(table, unit.name(), 64);
    }
    return new SectionData(SectionKind.IP_LAYOUT, table.array());
  }

  /** {@code clock_freq_topology}. */
  static SectionData clocks(List<Clock> clocks) {
    ByteBuffer table = table(2 + 136 * clocks.size()).putShort((short) clocks.size());
    for (Clock clock : clocks) {
      table.putShort((short) clock.megahertz()).put((byte) clock.type().code()).put(new byte[5]);
      putText(table, clock.name(), 128);
    }
    return new SectionData(SectionKind.CLOCK_FREQ_TOPOLOGY, table.array());
  }

  private static ByteBuffer table(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void putText(ByteBuffer to, String text, int length) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.put(bytes).put(new byte[length - bytes.length]);
  }
}
