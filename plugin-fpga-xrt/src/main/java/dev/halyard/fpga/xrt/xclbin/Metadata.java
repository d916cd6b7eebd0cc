package dev.halyard.fpga.xrt.xclbin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What {@link SectionKind#EMBEDDED_METADATA} says.
 *
 * @param kernels in the order of the file
 * @param clocks {@code kernelClocks}
 */
record Metadata(List<XclbinKernel> kernels, List<Clock> clocks) {
  /** More than any design has, and little enough to read whole. */
  private static final int MAX_BYTES = 16 << 20;

  private static final Metadata NONE = new Metadata(List.of(), List.of());

  Metadata {
    kernels = List.copyOf(kernels);
    clocks = List.copyOf(clocks);
  }

  static Metadata read(XclbinFile file, Container container) {
    Optional<Section> section =
        container.first(SectionKind.EMBEDDED_METADATA).filter(found -> found.bytes() > 0);
    return section.isEmpty() ? NONE : read(file, section.get());
  }

  private static Metadata read(XclbinFile file, Section section) {
    if (section.bytes() > MAX_BYTES) {
      throw file.fault(
          section.offset(),
          "at most " + MAX_BYTES + " bytes of EMBEDDED_METADATA",
          section.bytes() + " bytes");
    }
    ByteBuffer bytes =
        file.read(section.offset(), (int) section.bytes(), "the metadata of kernels");
    while (bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == 0) {
      bytes.limit(bytes.limit() - 1); // some tools end it like a C string
    }
    return new MetadataReader(file, section.offset(), text(file, section, bytes)).read();
  }

  private static String text(XclbinFile file, Section section, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw file.fault(section.offset() + bytes.position(), "metadata in UTF-8", "other bytes", e);
    }
  }
}
