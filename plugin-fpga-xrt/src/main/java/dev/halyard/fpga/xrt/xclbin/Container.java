package dev.halyard.fpga.xrt.xclbin;

import static java.lang.Byte.toUnsignedInt;
import static java.lang.Short.toUnsignedInt;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The frame of an xclbin: {@code axlf} with its header and section table.
 *
 * @param header what the file says of itself
 * @param sections in the order of the table; none overlaps another, the table or the file's end
 */
record Container(XclbinHeader header, List<Section> sections) {
  private static final String MAGIC = "xclbin2\0";

  /** Offsets of {@code axlf} and the {@code axlf_header} within it. */
  static final int LENGTH = 304;

  static final int CREATED = 312;
  static final int VERSION_PATCH = 328;
  static final int VERSION_MAJOR = 330;
  static final int VERSION_MINOR = 331;
  static final int MODE = 332;
  static final int PLATFORM = 352;
  private static final int PLATFORM_BYTES = 64;
  static final int ID = 416;
  static final int SECTION_COUNT = 448;
  static final int TABLE = 456;

  /** Offsets within an {@code axlf_section_header}. */
  static final int ENTRY_NAME = 4;

  private static final int ENTRY_NAME_BYTES = 16;
  static final int ENTRY_OFFSET = 24;
  static final int ENTRY_SIZE = 32;
  private static final int ENTRY_BYTES = 40;

  /** {@code XCLBIN_MAX_NUM_SECTION}. */
  private static final int MAX_SECTIONS = 0x10000;

  private static final int ALIGNMENT = 8;

  /**
   * Reads the frame.
   *
   * @throws InvalidXclbinException if it is broken
   */
  static Container read(XclbinFile file) {
    checkMagic(file);
    ByteBuffer head = file.read(0, TABLE, "an xclbin's header");
    long length = head.getLong(LENGTH);
    int count = head.getInt(SECTION_COUNT);
    if (count < 0 || count > MAX_SECTIONS) {
      throw file.fault(
          SECTION_COUNT, "0 to " + MAX_SECTIONS + " sections", Integer.toUnsignedString(count));
    }
    long end = TABLE + (long) ENTRY_BYTES * count;
    if (length < end || length > file.size()) {
      throw file.fault(
          LENGTH,
          "a length from %d, where %d sections are listed, to the file's %d"
              .formatted(end, count, file.size()),
          Long.toUnsignedString(length));
    }
    ByteBuffer table = file.read(TABLE, ENTRY_BYTES * count, "the table of sections");
    List<Section> sections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Section section = section(table, ENTRY_BYTES * i);
      checkPlace(file, section, TABLE + (long) ENTRY_BYTES * i, end, length);
      sections.add(section);
    }
    checkOverlap(file, sections);
    return new Container(header(head), List.copyOf(sections));
  }

  /** {@return the first section of a kind, which is the one that XRT takes} */
  Optional<Section> first(SectionKind kind) {
    return sections.stream().filter(section -> section.code() == kind.code()).findFirst();
  }

  private static void checkMagic(XclbinFile file) {
    ByteBuffer bytes = file.read(0, MAGIC.length(), "the magic \"xclbin2\"");
    String magic = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    if (!magic.equals(MAGIC)) {
      throw file.fault(0, "the magic \"xclbin2\"", Printable.quoted(magic));
    }
  }

  private static XclbinHeader header(ByteBuffer head) {
    String version =
        "%d.%d.%d"
            .formatted(
                toUnsignedInt(head.get(VERSION_MAJOR)),
                toUnsignedInt(head.get(VERSION_MINOR)),
                toUnsignedInt(head.getShort(VERSION_PATCH)));
    ByteBuffer id = head.slice(ID, 16).order(ByteOrder.BIG_ENDIAN);
    return new XclbinHeader(
        head.getLong(LENGTH),
        head.getLong(CREATED),
        version,
        XclbinMode.of(toUnsignedInt(head.getShort(MODE))),
        FixedText.read(head, PLATFORM, PLATFORM_BYTES),
        new UUID(id.getLong(), id.getLong()));
  }

  private static Section section(ByteBuffer table, int at) {
    return new Section(
        table.getInt(at),
        FixedText.read(table, at + ENTRY_NAME, ENTRY_NAME_BYTES),
        table.getLong(at + ENTRY_OFFSET),
        table.getLong(at + ENTRY_SIZE));
  }

  /** A section that is not there has offset and length 0. */
  private static void checkPlace(
      XclbinFile file, Section section, long entry, long first, long length) {
    if (section.bytes() == 0 && section.offset() == 0) {
      return;
    }
    if (section.bytes() < 0
        || section.offset() < first
        || section.offset() > length - section.bytes()) {
      throw file.fault(
          entry,
          "%s within the bytes %d to %d".formatted(section.label(), first, length),
          place(section));
    }
    if (section.offset() % ALIGNMENT != 0) {
      throw file.fault(entry, section.label() + " at a multiple of " + ALIGNMENT, place(section));
    }
  }

  private static void checkOverlap(XclbinFile file, List<Section> sections) {
    List<Section> placed =
        sections.stream()
            .filter(section -> section.bytes() > 0)
            .sorted(Comparator.comparingLong(Section::offset))
            .toList();
    for (int i = 1; i < placed.size(); i++) {
      Section before = placed.get(i - 1);
      Section section = placed.get(i);
      if (section.offset() < before.offset() + before.bytes()) {
        throw file.fault(
            section.offset(),
            "%s after the end of %s".formatted(section.label(), before.label()),
            "%s over %s".formatted(place(section), place(before)));
      }
    }
  }

  private static String place(Section section) {
    return "offset %s and %s bytes"
        .formatted(Long.toUnsignedString(section.offset()), Long.toUnsignedString(section.bytes()));
  }
}
