package dev.halyard.runtime.isolate;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads what {@link MessageWriter} wrote. A process that was corrupted may send anything: every
 * fault is a {@link ProtocolException}.
 */
final class MessageReader {
  private final ByteBuffer in;

  MessageReader(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  boolean flag() {
    return guarded(in::get) != 0;
  }

  /** {@return a number that is at least 0} */
  int count() {
    int count = guarded(in::getInt);
    if (count < 0) {
      throw new ProtocolException("a message has a count of " + count);
    }
    return count;
  }

  long number() {
    return guarded(in::getLong);
  }

  double real() {
    return Double.longBitsToDouble(number());
  }

  byte[] bytes() {
    int length = count();
    if (length > in.remaining()) {
      throw tooShort();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  long[] numbers() {
    int count = count();
    if (count > in.remaining() / Long.BYTES) {
      throw tooShort();
    }
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = number();
    }
    return numbers;
  }

  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    int count = count();
    for (int i = 0; i < count; i++) {
      String name = text();
      texts.put(name, text());
    }
    return texts;
  }

  <T> List<T> each(Function<MessageReader, T> read) {
    List<T> all = new ArrayList<>();
    int count = count();
    for (int i = 0; i < count; i++) {
      all.add(read.apply(this));
    }
    return List.copyOf(all);
  }

  private static <T> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (BufferUnderflowException e) {
      throw tooShort();
    }
  }

  private static ProtocolException tooShort() {
    return new ProtocolException("a message ends too early");
  }
}
