package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes that a child has started and may have left behind. They are told by a variable of
 * their environment, which they inherit: a process whose parent has died is nobody's child, and one
 * may be in a session of its own. Only where /proc exists; elsewhere nothing is found.
 */
final class Descendants {
  /** The variable; its value is the child's folder. */
  static final String MARK = "HALYARD_ISOLATED";

  private static final Path PROCESSES = Path.of("/proc");
  private static final long GRACE_NANOS = 5_000_000_000L;
  private static final long LOOK_NANOS = 10_000_000;

  private Descendants() {}

  /**
   * Ends every process of a folder but this one: asks it to, so that it can remove its files, and
   * kills what has not ended within some seconds.
   */
  static void end(Path folder) {
    List<ProcessHandle> processes = find(folder);
    processes.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + GRACE_NANOS;
    while (processes.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    find(folder).forEach(ProcessHandle::destroyForcibly);
  }

  private static List<ProcessHandle> find(Path folder) {
    byte[] mark = (MARK + "=" + folder + "\0").getBytes(StandardCharsets.UTF_8);
    long own = ProcessHandle.current().pid();
    List<ProcessHandle> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid != own && isMarked(process, mark)) {
          ProcessHandle.of(pid).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      // No such folder on this platform.
    }
    return found;
  }

  private static boolean isMarked(Path process, byte[] mark) {
    try {
      byte[] environment = Files.readAllBytes(process.resolve("environ"));
      for (int i = 0; i + mark.length <= environment.length; i++) {
        if (startsAt(environment, i, mark)) {
          return true;
        }
      }
    } catch (IOException e) {
      // It has ended meanwhile, or is another user's.
    }
    return false;
  }

  private static boolean startsAt(byte[] text, int start, byte[] mark) {
    for (int i = 0; i < mark.length; i++) {
      if (text[start + i] != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
