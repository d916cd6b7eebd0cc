package dev.halyard.fpga.xrt.xclbin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and malicious files: always InvalidXclbinException, and a message that helps. */
@SuppressWarnings("ByteBufferBackingArray") // each is of an array of its own
class HostileXclbinTests {
  @TempDir Path folder;

  private static void assertInvalid(Path file, String... parts) {
    InvalidXclbinException e = assertThrows(InvalidXclbinException.class, () -> Xclbin.read(file));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(file.toString()), message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "no '" + part + "' in: " + message);
    }
  }

  private void assertInvalid(ByteBuffer bytes, String... parts) {
    assertInvalid(RawXclbin.save(folder, bytes), parts);
  }

  @Nested
  class WholeFiles {
    @Test
    void missingFileIsNamed() {
      assertInvalid(folder.resolve("no.xclbin"), "there is no file");
    }

    @Test
    void folderIsNoXclbin() {
      assertInvalid(folder, "no plain file");
    }

    @Test
    void emptyFileIsRefused() {
      assertInvalid(ByteBuffer.allocate(0), "offset 0", "the end of the file at 0");
    }

    @Test
    void otherMagicIsShown() {
      assertInvalid(
          ByteBuffer.wrap("\u007fELF\2\1\1\0 and more".getBytes(StandardCharsets.UTF_8)),
          "the magic \"xclbin2\"",
          "found \".ELF....\"",
          "copy or build it again");
    }

    @Test
    void everyPrefixIsRefused() throws IOException {
      byte[] bytes = RawXclbin.sample().bytes().array();
      Path file = folder.resolve("prefix.xclbin");
      for (int length = 0; length < bytes.length; length++) {
        Files.write(file, Arrays.copyOf(bytes, length));
        assertInvalid(file, "offset");
      }
    }
  }

  @Nested
  class SectionTables {
    private final RawXclbin raw = RawXclbin.sample();
    private final ByteBuffer bytes = raw.bytes();

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x10001, Integer.MIN_VALUE})
    void countBeyondXrtsLimitIsRefused(int count) {
      assertInvalid(
          bytes.putInt(RawXclbin.SECTION_COUNT, count),
          "offset 448",
          "0 to 65536 sections",
          Integer.toUnsignedString(count));
    }

    @Test
    void tableLongerThanTheFileIsRefused() {
      assertInvalid(bytes.putInt(RawXclbin.SECTION_COUNT, 0x10000), "offset 304", "65536 sections");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void lengthThatTheFileHasNotIsRefused(long length) {
      assertInvalid(
          bytes.putLong(RawXclbin.LENGTH, length), "offset 304", Long.toUnsignedString(length));
    }

    @ParameterizedTest
    @CsvSource({
      "456, 8", // over the table
      "8, 8",
      "-8, 8",
      "9223372036854775800, 9223372036854775800",
      "704, -1",
      "704, 9223372036854775807",
      "1000000, 0",
    })
    void sectionBeyondTheFileIsRefused(long offset, long size) {
      int entry = raw.entry(0);

      assertInvalid(
          bytes.putLong(entry + 24, offset).putLong(entry + 32, size),
          "offset " + entry,
          "BITSTREAM within the bytes 696 to",
          "found offset " + Long.toUnsignedString(offset));
    }

    @Test
    void sectionThatIsNotAlignedIsRefused() {
      int entry = raw.entry(0);

      assertInvalid(bytes.putLong(entry + 24, 697), "BITSTREAM at a multiple of 8");
    }

    @Test
    void overlappingSectionsAreRefused() {
      long metadata = bytes.getLong(raw.entry(2) + 24);

      assertInvalid(
          bytes.putLong(raw.entry(6) + 24, metadata + 8),
          "offset " + (metadata + 8),
          "MEM_TOPOLOGY after the end of EMBEDDED_METADATA");
    }
  }

  @Nested
  class Tables {
    @ParameterizedTest
    @CsvSource({"6, MEM_TOPOLOGY, 2", "8, IP_LAYOUT, 1", "7, CONNECTIVITY, 1"})
    void countBeyondTheSectionIsRefused(int kind, String name, int entries) {
      for (int count : new int[] {-1, entries + 1, Integer.MAX_VALUE}) {
        RawXclbin raw = RawXclbin.sample();
        ByteBuffer bytes = raw.bytes();
        int offset = (int) bytes.getLong(raw.entry(kind) + 24);

        assertInvalid(
            bytes.putInt(offset, count),
            "offset " + offset,
            "0 to " + entries + " entries",
            name,
            "found " + count);
      }
    }

    @Test
    void negativeCountOfClocksIsRefused() {
      RawXclbin raw = RawXclbin.sample();
      ByteBuffer bytes = raw.bytes();
      int offset = (int) bytes.getLong(raw.entry(11) + 24);

      assertInvalid(bytes.putShort(offset, (short) -1), "CLOCK_FREQ_TOPOLOGY", "found -1");
    }

    @Test
    void sectionTooShortForItsCountIsRefused() {
      assertInvalid(
          RawXclbin.sample().replace(8, new byte[3]).bytes(), "IP_LAYOUT with a count of 4 bytes");
    }

    @ParameterizedTest
    @CsvSource({"-1,0,0", "0,1,0", "0,-1,0", "0,0,2", "0,0,-1"})
    void connectionToNothingIsRefused(int argument, int unit, int memory) {
      ByteBuffer table = RawXclbin.table(16).putInt(1).putInt(argument).putInt(unit).putInt(memory);

      assertInvalid(
          RawXclbin.sample().replace(7, table.array()).bytes(),
          "connection 0",
          "argument %d, unit %d, memory %d".formatted(argument, unit, memory));
    }
  }

  @Nested
  class Metadata {
    private void assertXmlInvalid(String xml, String... parts) {
      byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
      assertInvalid(RawXclbin.sample().replace(2, bytes).bytes(), parts);
    }

    @Test
    void brokenXmlIsRefusedWithItsLine() {
      assertXmlInvalid("<project>\n<platform>\n</project>", "metadata in XML", "in line 3");
    }

    @Test
    void emptyTextIsNoXml() {
      assertXmlInvalid(" ", "metadata in XML");
    }

    @Test
    void externalEntityIsRefused() throws IOException {
      Path secret = Files.writeString(folder.resolve("secret"), "secret");
      String type = "<!DOCTYPE project [<!ENTITY x SYSTEM \"%s\">]>".formatted(secret.toUri());

      assertXmlInvalid(type + "<project>&x;</project>", "XML without a document type");
    }

    @Test
    void externalDocumentTypeIsRefused() {
      assertXmlInvalid(
          "<!DOCTYPE project SYSTEM \"http://localhost:1/x.dtd\"><project/>",
          "XML without a document type");
    }

    @Test
    void entitiesThatMultiplyAreRefused() {
      StringBuilder type = new StringBuilder("<!DOCTYPE project [<!ENTITY a0 \"ha\">");
      for (int i = 1; i < 30; i++) {
        type.append("<!ENTITY a%d \"&a%d;&a%d;\">".formatted(i, i - 1, i - 1));
      }

      assertXmlInvalid(
          type + "]><project name=\"&a29;\">&a29;</project>", "XML without a document type");
    }

    @Test
    void deepElementsAreRefused() {
      assertXmlInvalid("<a>".repeat(100_000), "elements 16 deep at most");
    }

    @Test
    void otherBytesThanUtf8AreRefused() {
      byte[] latin =
          RawXclbin.XML.replace("sample", "\u00fc").getBytes(StandardCharsets.ISO_8859_1);

      assertInvalid(RawXclbin.sample().replace(2, latin).bytes(), "metadata in UTF-8");
    }

    @Test
    void metadataOfHundredsOfMegabytesIsRefusedUnread() throws IOException {
      RawXclbin raw = RawXclbin.sample();
      ByteBuffer bytes = raw.bytes();
      long length = 3L << 30;
      bytes.putLong(RawXclbin.LENGTH, (4L << 30) + length);
      bytes.putLong(raw.entry(2) + 24, 4L << 30).putLong(raw.entry(2) + 32, length);
      Path file = RawXclbin.save(folder, bytes);
      try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
        large.setLength((4L << 30) + length);
      }

      assertInvalid(file, "at most 16777216 bytes of EMBEDDED_METADATA", "found " + length);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "offset=\"0x10\"   | offset=\"0xfffffffffffffffff\" | offset with an unsigned number",
          "offset=\"0x10\"   | offset=\"-1\"                  | found \"-1\"",
          "size=\"0x8\"      | size=\"0x\"                    | size with an unsigned number",
          "id=\"0\"          | id=\"2147483648\"              | id below 2^31",
          "id=\"0\"          | id=\"one\"                     | line 9",
          "name=\"add\"      | name=\"\"                      | a kernel with a name",
          "name=\"add_1\"    | name=\"\"                      | an instance of \"add\" with a name",
          "299.5MHz          | NaNMHz                         | a frequency such as",
          "299.5MHz          | 1e9MHz                         | found \"1e9MHz\"",
        })
    void valuesOfAnotherFormAreRefused(String from, String to, String message) {
      assertTrue(RawXclbin.XML.contains(from));
      assertXmlInvalid(RawXclbin.XML.replace(from, to), "in EMBEDDED_METADATA, line", message);
    }

    @Test
    void controlCharactersStayOutOfMessages() {
      InvalidXclbinException e =
          assertThrows(
              InvalidXclbinException.class,
              () ->
                  Xclbin.read(
                      RawXclbin.sample()
                          .replace(
                              2,
                              RawXclbin.XML
                                  .replace("299.5MHz", "&#133;")
                                  .getBytes(StandardCharsets.UTF_8))
                          .save(folder)));

      assertEquals(-1, String.valueOf(e.getMessage()).indexOf('\u0085'));
    }
  }
}
