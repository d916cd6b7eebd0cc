package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what {@code run} wrote with code that Halyard has no part in. */
final class NpyFiles {
  private NpyFiles() {}

  /** {@return the elements of a file of version 1.0 that holds little-endian F32} */
  static float[] floats(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[8];
    bytes.get(magic);
    assertEquals("\u0093NUMPY\u0001\u0000", new String(magic, StandardCharsets.ISO_8859_1));
    byte[] header = new byte[bytes.getShort()];
    bytes.get(header);
    String text = new String(header, StandardCharsets.US_ASCII);
    assertEquals(true, text.contains("'descr': '<f4'"), text);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
