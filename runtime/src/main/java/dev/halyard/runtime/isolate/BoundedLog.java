package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The end of what a child prints, for errors to quote. */
final class BoundedLog {
  private static final int KEPT = 2000;

  private final byte[] ring = new byte[KEPT];
  private long written;

  /** Reads until the output ends, on a thread of its own. */
  Thread follow(String thread, InputStream output) {
    return Thread.ofPlatform().daemon().name(thread).start(() -> pump(output));
  }

  private void pump(InputStream output) {
    byte[] piece = new byte[4096];
    try (output) {
      for (int read = output.read(piece); read >= 0; read = output.read(piece)) {
        append(piece, read);
      }
    } catch (IOException e) {
      append(("\n" + e + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private void append(byte[] text) {
    append(text, text.length);
  }

  private synchronized void append(byte[] piece, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (written++ % KEPT)] = piece[i];
    }
  }

  /** {@return the last lines; empty if nothing was printed} */
  synchronized String tail() {
    int length = (int) Math.min(written, KEPT);
    byte[] end = new byte[length];
    for (int i = 0; i < length; i++) {
      end[i] = ring[(int) ((written - length + i) % KEPT)];
    }
    return new String(end, StandardCharsets.UTF_8).strip();
  }
}
