package dev.halyard.tck.run;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of what a process printed. */
public final class Tail {
  // Native drivers print what they like: only so much is looked at, and what is no UTF-8 is
  // replaced.
  private static final int MAX_BYTES = 16 << 10;

  private Tail() {}

  /**
   * {@return the last lines of a file; empty if there is no such file}
   *
   * @param file what a process printed
   * @param lines how many lines at most
   * @throws IOException if the file cannot be read
   */
  public static String of(Path file, int lines) throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    List<String> all = end(file).lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }

  private static String end(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      byte[] bytes = new byte[(int) Math.min(length, MAX_BYTES)];
      in.seek(length - bytes.length);
      in.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
