package dev.halyard.fpga.xrt.xclbin;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Whatever the bytes: a reading that adds up, or InvalidXclbinException. */
class MutatedXclbinProperties {
  private static final byte[] SAMPLE = RawXclbin.sample().bytes().array();

  /** Where the header's fields and the table are, and the starts of sections. */
  private static final int HEADER_END = RawXclbin.TABLE + 40 * 6;

  private Path file;

  /** Some bytes written over the sample's. */
  record Change(int at, long value, int bytes) {}

  @BeforeProperty
  void makeFile() throws IOException {
    file = Files.createTempFile("mutated", ".xclbin");
  }

  @AfterProperty
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  private void assertReadOrRefused(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try {
      Xclbin xclbin = Xclbin.read(file);
      for (Section section : xclbin.sections()) {
        assertTrue(section.offset() + section.bytes() <= bytes.length, section.toString());
      }
      for (Connection connection : xclbin.connections()) {
        assertTrue(connection.memory() < xclbin.memories().size(), connection.toString());
        assertTrue(connection.computeUnit() < xclbin.computeUnits().size(), connection.toString());
      }
    } catch (InvalidXclbinException e) {
      assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
    }
  }

  @Provide
  Arbitrary<Change> changes() {
    Arbitrary<Integer> places =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.integers().between(300, HEADER_END)),
            Tuple.of(1, Arbitraries.integers().between(0, SAMPLE.length - 1)));
    Arbitrary<Long> values =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(0, 2L * SAMPLE.length),
            Arbitraries.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 0x10000L));
    return Combinators.combine(places, values, Arbitraries.of(1, 2, 4, 8)).as(Change::new);
  }

  @Property(tries = 3000)
  void changedBytesAreReadOrRefused(@ForAll @Size(max = 8) List<@From("changes") Change> changes)
      throws IOException {
    byte[] bytes = SAMPLE.clone();
    for (Change change : changes) {
      for (int i = 0; i < change.bytes() && change.at() + i < bytes.length; i++) {
        bytes[change.at() + i] = (byte) (change.value() >>> (8 * i));
      }
    }
    assertReadOrRefused(bytes);
  }

  @Property(tries = 1000)
  void anyTableIsReadOrRefused(@ForAll @Size(max = 5) List<@From("entries") long[]> entries)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(SAMPLE.clone()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(RawXclbin.SECTION_COUNT, entries.size());
    for (int i = 0; i < entries.size(); i++) {
      int at = RawXclbin.TABLE + 40 * i;
      bytes.putInt(at, (int) entries.get(i)[0]);
      bytes.putLong(at + 24, entries.get(i)[1]).putLong(at + 32, entries.get(i)[2]);
    }
    assertReadOrRefused(bytes.array());
  }

  @Provide
  Arbitrary<long[]> entries() {
    Arbitrary<Long> kinds = Arbitraries.longs().between(0, 12);
    Arbitrary<Long> offsets =
        Arbitraries.longs().between(RawXclbin.TABLE / 8, SAMPLE.length / 8).map(n -> 8 * n);
    Arbitrary<Long> sizes = Arbitraries.longs().between(0, 300);
    return Combinators.combine(kinds, offsets, sizes)
        .as((kind, offset, size) -> new long[] {kind, offset, size});
  }

  @Property(tries = 1000)
  void anyMetadataIsReadOrRefused(@ForAll @Size(max = 40) List<@From("tokens") String> tokens)
      throws IOException {
    byte[] xml = String.join("", tokens).getBytes(StandardCharsets.UTF_8);
    assertReadOrRefused(RawXclbin.sample().replace(2, xml).bytes().array());
  }

  @Provide
  Arbitrary<String> tokens() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "<project>",
            "<platform>",
            "<device>",
            "<core>",
            "<kernel name=\"k\">",
            "</kernel>",
            "<arg id=\"-1\"/>",
            "<arg size=\"0x1\" name=\"a\"/>",
            "<kernelClocks>",
            "<clock ",
            "frequency=\"1MHz\"/>",
            "</core>",
            "</device>",
            "</platform>",
            "</project>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "&lt;",
            "&x;",
            "&#0;",
            "<?xml version=\"1.0\"?>",
            "<?xml version=\"1.1\" encoding=\"UTF-16\"?>",
            "<!DOCTYPE a>",
            "<!ENTITY",
            "<a:b ",
            "xmlns:a=\"\"",
            "<?p ?>",
            "\0",
            "\ufeff"),
        Arbitraries.strings().ofMaxLength(5));
  }
}
