package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.xrt.xclbin.Connection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The bytes of an xclbin: {@code axlf}, section headers, sections. No part of them depends on the
 * time or the machine.
 */
@SuppressWarnings("ByteBufferBackingArray") // each is of an array of its own
final class XclbinImage {
  private static final int ALIGNMENT = 8;
  private static final int ID = 416;
  private static final int TABLE = 456;
  private static final int ENTRY_BYTES = 40;

  /** The release of XRT whose format this is. */
  private static final int VERSION_MAJOR = 2;

  private static final int VERSION_MINOR = 13;

  private final byte[] bytes;
  private final UUID uuid;

  private XclbinImage(byte[] bytes, UUID uuid) {
    this.bytes = bytes;
    this.uuid = uuid;
  }

  static XclbinImage of(Design design, List<Connection> connections, byte[] image) {
    List<SectionData> sections = new ArrayList<>();
    sections.add(SectionData.image(image));
    sections.add(SectionData.metadata(design));
    sections.add(SectionData.memories(design.banks()));
    sections.add(SectionData.connections(connections));
    sections.add(SectionData.units(design.units()));
    if (!design.clocks().isEmpty()) {
      sections.add(SectionData.clocks(design.clocks()));
    }
    ByteBuffer file = assemble(design, sections);
    UUID uuid = identity(file.array());
    file.order(ByteOrder.BIG_ENDIAN)
        .putLong(ID, uuid.getMostSignificantBits())
        .putLong(ID + Long.BYTES, uuid.getLeastSignificantBits());
    return new XclbinImage(file.array(), uuid);
  }

  UUID uuid() {
    return uuid;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  private static ByteBuffer assemble(Design design, List<SectionData> sections) {
    int start = TABLE + ENTRY_BYTES * sections.size();
    int length = start;
    for (SectionData section : sections) {
      length = aligned(length) + section.bytes().length;
    }
    ByteBuffer file = ByteBuffer.allocate(aligned(length)).order(ByteOrder.LITTLE_ENDIAN);
    putHeader(file, design, sections.size());
    int offset = start;
    for (SectionData section : sections) {
      offset = aligned(offset);
      file.putInt(section.kind().code()).put(new byte[20]); // no name, and padding
      file.putLong(offset).putLong(section.bytes().length);
      file.put(offset, section.bytes());
      offset += section.bytes().length;
    }
    return file;
  }

  /** {@code axlf} without its last member, the table. */
  private static void putHeader(ByteBuffer file, Design design, int sections) {
    byte[] reserved = new byte[28];
    Arrays.fill(reserved, (byte) 0xff);
    file.put("xclbin2\0".getBytes(StandardCharsets.US_ASCII));
    file.putInt(-1).put(reserved).put(new byte[256]); // not signed
    file.putLong(1); // an id that XRT no longer reads
    file.putLong(file.capacity()).putLong(0).putLong(0); // no time stamps
    file.putShort((short) 0).put((byte) VERSION_MAJOR).put((byte) VERSION_MINOR);
    file.putShort((short) design.mode().code()).putShort((short) 0);
    file.put(new byte[16]); // the identity of a card's ROM
    SectionData.putText(file, design.platform().toString(), 64);
    file.put(new byte[16]).put(new byte[16]); // the UUID, set last, and a file for debuggers
    file.putInt(sections).putInt(0);
  }

  private static int aligned(int offset) {
    return Math.addExact(offset, ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** A UUID of version 8, RFC 9562: the first bits of the SHA-256 of a file that has none yet. */
  private static UUID identity(byte[] file) {
    try {
      ByteBuffer hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(file));
      long high = (hash.getLong() & ~0xf000L) | 0x8000L;
      long low = (hash.getLong() & ~(0b11L << 62)) | (0b10L << 62);
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
