package dev.halyard.runtime.isolate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/** Writes the body of a message: big-endian numbers, texts in UTF-8 after their length. */
final class MessageWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  MessageWriter flag(boolean value) {
    out.write(value ? 1 : 0);
    return this;
  }

  MessageWriter count(int value) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    return this;
  }

  MessageWriter number(long value) {
    out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    return this;
  }

  MessageWriter real(double value) {
    return number(Double.doubleToRawLongBits(value));
  }

  MessageWriter bytes(byte[] value) {
    count(value.length);
    out.writeBytes(value);
    return this;
  }

  MessageWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  MessageWriter numbers(long... values) {
    count(values.length);
    for (long value : values) {
      number(value);
    }
    return this;
  }

  MessageWriter texts(Map<String, String> values) {
    count(values.size());
    values.forEach((name, value) -> text(name).text(value));
    return this;
  }

  /** Writes how many there are, and then each. */
  <T> MessageWriter each(Collection<? extends T> values, BiConsumer<MessageWriter, T> write) {
    count(values.size());
    values.forEach(value -> write.accept(this, value));
    return this;
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
