package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How much memory Linux will still give to this process. */
final class HostMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path GROUPS = Path.of("/proc/self/cgroup");
  private static final Path GROUP_FILES = Path.of("/sys/fs/cgroup");

  private HostMemory() {}

  /**
   * {@return the bytes that can be had without the kernel ending a process: of the machine, and of
   * the control groups that this process is in, as in a container; empty where nobody tells}
   */
  static OptionalLong available() {
    try {
      OptionalLong machine = available(Files.readAllLines(MEMINFO));
      long most = machine.orElse(Long.MAX_VALUE);
      for (String line : Files.exists(GROUPS) ? Files.readAllLines(GROUPS) : List.<String>of()) {
        most = Math.min(most, leftInGroup(line, GROUP_FILES));
      }
      return most == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(most);
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
    Map<String, Long> kilobytes = numbers(meminfo);
    Long memory = kilobytes.get("MemAvailable");
    return memory == null
        ? OptionalLong.empty()
        : OptionalLong.of(1024 * (memory + kilobytes.getOrDefault("SwapFree", 0L)));
  }

  private static Map<String, Long> numbers(List<String> lines) {
    return lines.stream()
        .map(line -> line.split("[: ]+"))
        .filter(words -> words.length > 1 && words[1].matches("\\d{1,18}"))
        .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]), Long::max));
  }

  /**
   * {@return what a control group and those around it leave; the greatest number if no memory is
   * controlled}
   *
   * @param group a line of /proc/self/cgroup: {@code 0::/path} of version 2, {@code 4:memory:/path}
   *     of version 1
   * @param files where the groups are mounted
   */
  static long leftInGroup(String group, Path files) {
    String[] parts = group.split(":", 3);
    boolean unified = parts.length == 3 && parts[1].isEmpty();
    if (!unified && (parts.length != 3 || !List.of(parts[1].split(",", -1)).contains("memory"))) {
      return Long.MAX_VALUE;
    }
    Path root = unified ? files : files.resolve("memory");
    // Within a container the path may be the host's, of which only the root is seen.
    long least = Long.MAX_VALUE;
    Path folder = root.resolve(Path.of("/").relativize(Path.of(parts[2]))).normalize();
    for (Path at = folder; at != null && at.startsWith(root); at = at.getParent()) {
      least = Math.min(least, unified ? left(at, "max", "current") : leftOfVersion1(at));
    }
    return least;
  }

  private static long left(Path folder, String limit, String used) {
    Long most = number(folder.resolve("memory." + limit));
    Long now = number(folder.resolve("memory." + used));
    return most == null || now == null ? Long.MAX_VALUE : Math.max(0, most - now) + cached(folder);
  }

  private static long leftOfVersion1(Path folder) {
    return left(folder, "limit_in_bytes", "usage_in_bytes");
  }

  /** {@return what the kernel takes back from files that nobody uses} */
  private static long cached(Path folder) {
    try {
      return numbers(Files.readAllLines(folder.resolve("memory.stat")))
          .getOrDefault("inactive_file", 0L);
    } catch (IOException e) {
      return 0;
    }
  }

  /** {@return the number in a file; null if there is none, or it says {@code max}} */
  private static @Nullable Long number(Path file) {
    try {
      String text = Files.readString(file).strip();
      return text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
    } catch (IOException e) {
      return null;
    }
  }
}
