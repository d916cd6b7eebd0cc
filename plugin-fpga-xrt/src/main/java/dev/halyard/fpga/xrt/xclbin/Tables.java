package dev.halyard.fpga.xrt.xclbin;

import static java.lang.Byte.toUnsignedInt;
import static java.lang.Short.toUnsignedInt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sections that are a count and entries of one length. */
final class Tables {
  /** More than any design has, and little enough to read whole: 9 MiB. */
  private static final int MAX_ENTRIES = 0x10000;

  /** {@code mem_topology}: its entries' offset and length. */
  private static final Layout MEM_TOPOLOGY = new Layout(4, 8, 40);

  private static final Layout CONNECTIVITY = new Layout(4, 4, 12);
  private static final Layout IP_LAYOUT = new Layout(4, 8, 80);
  private static final Layout CLOCK_FREQ_TOPOLOGY = new Layout(2, 2, 136);

  private final XclbinFile file;
  private final Container container;

  Tables(XclbinFile file, Container container) {
    this.file = file;
    this.container = container;
  }

  /** How a table lies in its section, all in bytes. */
  private record Layout(int countBytes, int first, int entry) {}

  /** Makes a value of the entry that starts at an offset of a buffer. */
  private interface Entry<T> {
    T read(ByteBuffer table, int at);
  }

  List<MemoryBank> memories() {
    return table(SectionKind.MEM_TOPOLOGY, MEM_TOPOLOGY, Tables::memory);
  }

  List<ComputeUnit> computeUnits() {
    return table(SectionKind.IP_LAYOUT, IP_LAYOUT, Tables::computeUnit);
  }

  List<Connection> connections() {
    return table(SectionKind.CONNECTIVITY, CONNECTIVITY, Tables::connection);
  }

  List<Clock> clocks() {
    return table(SectionKind.CLOCK_FREQ_TOPOLOGY, CLOCK_FREQ_TOPOLOGY, Tables::clock);
  }

  private <T> List<T> table(SectionKind kind, Layout layout, Entry<T> entry) {
    Optional<Section> section = container.first(kind).filter(found -> found.bytes() > 0);
    if (section.isEmpty()) {
      return List.of();
    }
    long offset = section.get().offset();
    long bytes = section.get().bytes();
    int count = count(kind, layout, offset, bytes);
    ByteBuffer table =
        file.read(offset, layout.first() + layout.entry() * count, "the table " + kind);
    List<T> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(entry.read(table, layout.first() + layout.entry() * i));
    }
    return List.copyOf(entries);
  }

  private int count(SectionKind kind, Layout layout, long offset, long bytes) {
    if (bytes < layout.countBytes()) {
      throw file.fault(
          offset, kind + " with a count of " + layout.countBytes() + " bytes", bytes + " bytes");
    }
    ByteBuffer head = file.read(offset, layout.countBytes(), "the count of " + kind);
    int count = layout.countBytes() == Short.BYTES ? head.getShort(0) : head.getInt(0);
    long most = Math.min(MAX_ENTRIES, Math.max(0, (bytes - layout.first()) / layout.entry()));
    if (count < 0 || count > most) {
      throw file.fault(
          offset,
          "0 to %d entries in the %d bytes of %s".formatted(most, bytes, kind),
          String.valueOf(count));
    }
    return count;
  }

  /** {@code mem_data}. */
  private static MemoryBank memory(ByteBuffer table, int at) {
    return new MemoryBank(
        FixedText.read(table, at + 24, 16),
        MemoryType.of(toUnsignedInt(table.get(at))),
        table.get(at + 1) != 0,
        table.getLong(at + 8),
        table.getLong(at + 16));
  }

  /** {@code ip_data}. */
  private static ComputeUnit computeUnit(ByteBuffer table, int at) {
    return new ComputeUnit(
        FixedText.read(table, at + 16, 64),
        IpType.of(table.getInt(at)),
        table.getInt(at + 4),
        table.getLong(at + 8));
  }

  /** {@code connection}. */
  private static Connection connection(ByteBuffer table, int at) {
    return new Connection(table.getInt(at), table.getInt(at + 4), table.getInt(at + 8));
  }

  /** {@code clock_freq}. */
  private static Clock clock(ByteBuffer table, int at) {
    return new Clock(
        FixedText.read(table, at + 8, 128),
        ClockType.of(toUnsignedInt(table.get(at + 2))),
        toUnsignedInt(table.getShort(at)));
  }
}
