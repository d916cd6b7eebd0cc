package dev.halyard.fpga.xrt.xclbin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Bytes of an xclbin that may be wrong in any place, written with no help from the reader. */
@SuppressWarnings("ByteBufferBackingArray") // each is of an array of its own
final class RawXclbin {
  static final int TABLE = 456;
  static final int LENGTH = 304;
  static final int SECTION_COUNT = 448;

  static final String XML =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <project name="sample"><platform vendor="v" boardid="b" name="n" featureRomTime="0">
      <version major="1" minor="0"/>
      <device name="fpga0" fpgaDevice="family:part:package:speed:grade" addrWidth="0">
      <core name="OCL_REGION_0" target="csim" type="clc_region" numComputeUnits="2">
      <kernelClocks><clock port="DATA_CLK" frequency="299.5MHz"/></kernelClocks>
      <kernel name="add" language="c" type="pl" hwControlProtocol="ap_ctrl_hs">
      <port name="gmem" mode="master" range="0xFFFFFFFFFFFFFFFF" dataWidth="512"/>
      <arg name="a" addressQualifier="1" id="0" port="gmem" size="0x8" offset="0x10" type="ap_int&lt;8&gt;*"/>
      <arg name="n" addressQualifier="0" id="1" port="ctl" size="4" offset="0x1C" type="int"/>
      <arg name="hidden" id="" port="" size="" offset="" type=""/>
      <instance name="add_1"><addrRemap base="0x1800000" range="0x10000" port="ctl"/></instance>
      <instance name="add_2"><addrRemap base="" range="0x10000" port="ctl"/></instance>
      </kernel>
      </core></device></platform></project>
      """;

  String magic = "xclbin2\0";
  final List<Part> parts = new ArrayList<>();

  /** A section and its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Part(int kind, byte[] bytes) {}

  static RawXclbin sample() {
    RawXclbin sample = new RawXclbin();
    sample.with(0, "image".getBytes(StandardCharsets.UTF_8));
    sample.with(2, XML.getBytes(StandardCharsets.UTF_8));
    ByteBuffer memories = table(8 + 2 * 40).putInt(2).putInt(0);
    memory(memories, 1, 1, 16L << 20, 0, "bank0");
    memory(memories, 6, 0, 256, 0x4_0000_0000L, "HBM[0]");
    sample.with(6, memories.array());
    ByteBuffer units = table(8 + 80).putInt(1).putInt(0);
    units.putInt(1).putInt(3).putLong(0x180_0000).put(text("add:add_1", 64));
    sample.with(8, units.array());
    sample.with(7, table(4 + 12).putInt(1).putInt(0).putInt(0).putInt(1).array());
    ByteBuffer clocks = table(2 + 136).putShort((short) 1);
    clocks.putShort((short) 300).put((byte) 2).put(new byte[5]).put(text("KERNEL_CLK", 128));
    sample.with(11, clocks.array());
    return sample;
  }

  static ByteBuffer table(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void memory(
      ByteBuffer to, int type, int used, long kibibytes, long address, String tag) {
    to.put((byte) type).put((byte) used).put(new byte[6]).putLong(kibibytes).putLong(address);
    to.put(text(tag, 16));
  }

  private static byte[] text(String text, int length) {
    return ByteBuffer.allocate(length).put(text.getBytes(StandardCharsets.UTF_8)).array();
  }

  RawXclbin with(int kind, byte[] bytes) {
    parts.add(new Part(kind, bytes));
    return this;
  }

  RawXclbin replace(int kind, byte[] bytes) {
    parts.replaceAll(part -> part.kind() == kind ? new Part(kind, bytes) : part);
    return this;
  }

  RawXclbin without(int kind) {
    parts.removeIf(part -> part.kind() == kind);
    return this;
  }

  /** {@return where the table's entry of a kind starts} */
  int entry(int kind) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).kind() == kind) {
        return TABLE + 40 * i;
      }
    }
    throw new IllegalArgumentException("no section of kind " + kind);
  }

  /** {@return the bytes, which a test may spoil} */
  ByteBuffer bytes() {
    int length = TABLE + 40 * parts.size();
    for (Part part : parts) {
      length = (length + 7) / 8 * 8 + part.bytes().length;
    }
    ByteBuffer file = table(length);
    file.put(magic.getBytes(StandardCharsets.ISO_8859_1)).putInt(-1);
    file.putLong(LENGTH, length).putLong(312, 1_700_000_000L);
    file.putShort(328, (short) 7).put(330, (byte) 2).put(331, (byte) 13).putShort(332, (short) 5);
    file.put(352, "vendor:board:name:1.0".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 16; i++) {
      file.put(416 + i, (byte) (i + 1));
    }
    file.putInt(SECTION_COUNT, parts.size());
    file.position(TABLE);
    int offset = TABLE + 40 * parts.size();
    for (Part part : parts) {
      offset = (offset + 7) / 8 * 8;
      file.putInt(part.kind()).put(text("", 20)).putLong(offset).putLong(part.bytes().length);
      file.put(offset, part.bytes());
      offset += part.bytes().length;
    }
    return file;
  }

  Path save(Path folder) {
    return save(folder, bytes());
  }

  static Path save(Path folder, ByteBuffer bytes) {
    try {
      return Files.write(Files.createTempFile(folder, "raw", ".xclbin"), bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
