package dev.halyard.tck.run;

import dev.halyard.tck.check.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/** Follows a log while another process writes it; reads every line once. */
final class LogReader {
  private static final long LIMIT_SECONDS = 60;

  private final Path file;
  private long position;
  private @Nullable String running;
  private long limitSeconds = LIMIT_SECONDS;

  LogReader(Path file) {
    this.file = file;
  }

  /** {@return the results that were written since the last call} */
  List<Result> next() throws IOException {
    List<Result> results = new ArrayList<>();
    for (String line : newLines()) {
      Map<String, Object> content = JSON.std.mapFrom(line);
      if (content.containsKey("verdict")) {
        results.add(ResultLog.result(content));
        running = null;
      } else {
        running = String.valueOf(content.get("start"));
        limitSeconds = ((Number) content.getOrDefault("limit", LIMIT_SECONDS)).longValue();
      }
    }
    return results;
  }

  /** Half a line stays for the next call; of a process that died, it stays for good. */
  private List<String> newLines() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      log.seek(position);
      byte[] bytes = new byte[Math.toIntExact(log.length() - position)];
      log.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      position += end;
      return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** {@return the check that has started and not ended; null if none} */
  @Nullable String running() {
    return running;
  }

  /** {@return how long the running check may take} */
  long limitSeconds() {
    return limitSeconds;
  }
}
