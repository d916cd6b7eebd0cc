package dev.halyard.fpga.xrt.xclbin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Text in a field of fixed length: it ends at a zero byte or fills the field. */
final class FixedText {
  private FixedText() {}

  static String read(ByteBuffer buffer, int offset, int length) {
    int end = offset;
    while (end < offset + length && buffer.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - offset];
    buffer.get(offset, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
