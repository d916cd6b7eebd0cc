package dev.halyard.fpga.xrt.xclbin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("ByteBufferBackingArray") // each is of an array of its own
class XclbinTests {
  private static final int SECTIONS = 6;

  @TempDir Path folder;

  private Xclbin sample() {
    return Xclbin.read(RawXclbin.sample().save(folder));
  }

  @Test
  void headerIsRead() {
    XclbinHeader header = sample().header();

    assertEquals(
        new XclbinHeader(
            RawXclbin.sample().bytes().capacity(),
            1_700_000_000L,
            "2.13.7",
            XclbinMode.SW_EMU,
            "vendor:board:name:1.0",
            UUID.fromString("01020304-0506-0708-090a-0b0c0d0e0f10")),
        header);
  }

  @Test
  void sectionsAreListedInTheOrderOfTheTable() {
    List<Section> sections = sample().sections();

    assertEquals(
        List.of(
            "BITSTREAM",
            "EMBEDDED_METADATA",
            "MEM_TOPOLOGY",
            "IP_LAYOUT",
            "CONNECTIVITY",
            "CLOCK_FREQ_TOPOLOGY"),
        sections.stream().map(Section::label).toList());
    assertEquals(new Section(0, "", RawXclbin.TABLE + 40 * SECTIONS, 5), sections.getFirst());
  }

  @Test
  void kernelIsReadFromTheMetadata() {
    XclbinKernel expected =
        new XclbinKernel(
            "add",
            "ap_ctrl_hs",
            List.of(
                new KernelArgument("a", 0, ArgumentQualifier.GLOBAL, "gmem", 8, 0x10, "ap_int<8>*"),
                new KernelArgument("n", 1, ArgumentQualifier.SCALAR, "ctl", 4, 0x1c, "int"),
                new KernelArgument(
                    "hidden", KernelArgument.NO_INDEX, ArgumentQualifier.SCALAR, "", 0, 0, "")),
            List.of(
                new KernelInstance("add_1", 0x180_0000),
                new KernelInstance("add_2", ComputeUnit.NO_ADDRESS)));

    assertEquals(List.of(expected), sample().kernels());
    assertEquals(Optional.of(expected), sample().kernel("add"));
    assertEquals(Optional.empty(), sample().kernel("sub"));
  }

  @Test
  void tablesAreRead() {
    Xclbin xclbin = sample();

    assertEquals(
        List.of(
            new MemoryBank("bank0", MemoryType.DDR4, true, 16L << 20, 0),
            new MemoryBank("HBM[0]", MemoryType.HBM, false, 256, 0x4_0000_0000L)),
        xclbin.memories());
    assertEquals(
        List.of(new ComputeUnit("add:add_1", IpType.KERNEL, 3, 0x180_0000)), xclbin.computeUnits());
    assertEquals(List.of(new Connection(0, 0, 1)), xclbin.connections());
    assertEquals(List.of(new Clock("KERNEL_CLK", ClockType.KERNEL, 300)), xclbin.clocks());
  }

  @Test
  void memoriesOfAnArgumentFollowTheConnections() {
    Xclbin xclbin = sample();

    assertEquals(List.of(xclbin.memories().get(1)), xclbin.memories("add", 0));
    assertEquals(List.of(), xclbin.memories("add", 1));
    assertEquals(List.of(), xclbin.memories("sub", 0));
  }

  @Test
  void clocksOfTheMetadataCountWhereThereIsNoTable() {
    Xclbin xclbin = Xclbin.read(RawXclbin.sample().without(11).save(folder));

    assertEquals(List.of(new Clock("DATA_CLK", ClockType.UNKNOWN, 299.5)), xclbin.clocks());
  }

  @Test
  void sectionsThatXrtDoesNotKnowAreListed() {
    Xclbin xclbin =
        Xclbin.read(RawXclbin.sample().with(77, new byte[3]).with(-2, new byte[3]).save(folder));

    assertEquals("KIND_77", xclbin.sections().get(SECTIONS).label());
    assertEquals("KIND_4294967294", xclbin.sections().get(SECTIONS + 1).label());
    assertEquals(Optional.empty(), xclbin.sections().getLast().kind());
  }

  @Test
  void firstOfSeveralSectionsOfAKindCounts() {
    Xclbin xclbin = Xclbin.read(RawXclbin.sample().with(2, new byte[] {1}).save(folder));

    assertEquals(1, xclbin.kernels().size());
  }

  @Test
  void fileWithoutSectionsIsEmpty() {
    Xclbin xclbin = Xclbin.read(new RawXclbin().save(folder));

    assertEquals(List.of(), xclbin.sections());
    assertEquals(List.of(), xclbin.kernels());
    assertEquals(List.of(), xclbin.memories());
  }

  @Test
  void emptySectionsAreAllowed() {
    RawXclbin raw = RawXclbin.sample().replace(2, new byte[0]).replace(7, new byte[0]);
    ByteBuffer bytes = raw.bytes();
    bytes.putLong(raw.entry(7) + 24, 0); // one that is not there at all

    Xclbin xclbin = Xclbin.read(RawXclbin.save(folder, bytes));

    assertEquals(List.of(), xclbin.kernels());
    assertEquals(List.of(), xclbin.connections());
  }

  @Test
  void metadataMayEndInZeros() {
    byte[] xml = (RawXclbin.XML + "\0\0\0").getBytes(StandardCharsets.UTF_8);

    assertEquals(1, Xclbin.read(RawXclbin.sample().replace(2, xml).save(folder)).kernels().size());
  }

  @Test
  void bytesAfterTheLengthAreAllowed() {
    ByteBuffer bytes = RawXclbin.sample().bytes();
    ByteBuffer longer = ByteBuffer.allocate(bytes.capacity() + 100).put(bytes.array());

    assertEquals(bytes.capacity(), Xclbin.read(RawXclbin.save(folder, longer)).header().bytes());
  }

  @Test
  void sectionsBeyondFourGibibytesAreRead() throws IOException {
    RawXclbin raw = RawXclbin.sample();
    ByteBuffer bytes = raw.bytes();
    int memories = raw.entry(6);
    long from = bytes.getLong(memories + 24);
    int length = (int) bytes.getLong(memories + 32);
    long to = 5L << 30;
    bytes.putLong(memories + 24, to).putLong(RawXclbin.LENGTH, to + length);
    Path file = RawXclbin.save(folder, bytes);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.seek(to);
      sparse.write(bytes.array(), (int) from, length);
    }

    Xclbin xclbin = Xclbin.read(file);

    assertEquals("HBM[0]", xclbin.memories().get(1).tag());
    assertTrue(xclbin.header().bytes() > to);
  }
}
