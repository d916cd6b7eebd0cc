package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** What Linux says of the machine's memory. */
final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final String AVAILABLE = "MemAvailable";

  private HostMemory() {}

  /** {@return the bytes that can be had without ending a process; empty where nobody tells} */
  static OptionalLong available() {
    try {
      return available(Files.readAllLines(MEMINFO));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * {@return the memory and the swap space that are free}
   *
   * @param meminfo lines such as {@code MemAvailable: 22785040 kB}
   */
  static OptionalLong available(List<String> meminfo) {
    Map<String, Long> kilobytes =
        meminfo.stream()
            .map(line -> line.split("[: ]+"))
            .filter(words -> words.length == 3 && words[1].matches("\\d{1,15}"))
            .collect(
                Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]), Long::max));
    Long memory = kilobytes.get(AVAILABLE);
    return memory == null
        ? OptionalLong.empty()
        : OptionalLong.of(1024 * (memory + kilobytes.getOrDefault("SwapFree", 0L)));
  }
}
