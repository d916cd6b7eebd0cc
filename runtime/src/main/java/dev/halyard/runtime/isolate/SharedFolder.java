package dev.halyard.runtime.isolate;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The private folder of a child: its socket, and the files that both processes map, each of them
 * only until both have.
 *
 * <p>The application's process holds a lock in the folder for as long as it needs it. A folder
 * whose lock nobody holds was left by a process that was killed together with its child, and is
 * removed by a process that makes the next folder. It leaves its own alone: to look at a lock of
 * this process would release it.
 */
final class SharedFolder {
  private static final Logger LOG = LogManager.getLogger(SharedFolder.class);
  private static final String PREFIX = "halyard-isolated-";
  private static final String LOCK = "lock";
  private static final int PIECE = 1 << 20;
  private static final int RESERVE = 8;

  /** Past the time between making a folder and locking it. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private final Path path;
  private final FileChannel lock;
  private final AtomicLong files = new AtomicLong();

  private SharedFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * {@return a new folder that only this user can enter}
   *
   * @param wanted where; null for memory files where the platform has them, else the temporary
   *     folder
   */
  static SharedFolder create(@Nullable Path wanted) {
    Path base = wanted == null ? standard() : wanted;
    try {
      return Uninterrupted.run(
          () -> {
            sweep(base);
            return createIn(base);
          });
    } catch (IOException | UnsupportedOperationException e) {
      throw new PluginException(
          "no private folder can be made in "
              + base
              + " for a plugin's process: "
              + e
              + "; name another by the property halyard.isolation.memoryFolder",
          e);
    }
  }

  private static Path standard() {
    Path memory = Path.of("/dev/shm");
    return Files.isDirectory(memory) && Files.isWritable(memory)
        ? memory
        : Path.of(System.getProperty("java.io.tmpdir", "."));
  }

  private static SharedFolder createIn(Path base) throws IOException {
    Path path =
        Files.createTempDirectory(
            base,
            ownPrefix(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    boolean made = false;
    try {
      FileChannel lock =
          FileChannel.open(
              path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      // Nobody else has it, and an interrupt would break lock() off.
      if (lock.tryLock() == null) {
        throw new IOException("another process has locked the new folder " + path);
      }
      made = true;
      return new SharedFolder(path, lock);
    } finally {
      if (!made) {
        delete(path);
      }
    }
  }

  private static String ownPrefix() {
    return PREFIX + ProcessHandle.current().pid() + "-";
  }

  /** Removes what dead processes left. What cannot be removed is another user's. */
  private static void sweep(Path base) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(base, PREFIX + "*")) {
      for (Path folder : found) {
        if (!folder.getFileName().toString().startsWith(ownPrefix()) && isAbandoned(folder)) {
          delete(folder);
        }
      }
    }
  }

  private static boolean isAbandoned(Path folder) {
    Path lock = folder.resolve(LOCK);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      Instant made = Files.getLastModifiedTime(lock).toInstant();
      return free != null && made.isBefore(Instant.now().minus(YOUNG));
    } catch (OverlappingFileLockException | IOException e) {
      // One that is being made or removed, or another user's.
      return false;
    }
  }

  Path path() {
    return path;
  }

  /** {@return the name of a new file} */
  private String newName() {
    return "memory-" + files.incrementAndGet();
  }

  /**
   * Memory that both sides map.
   *
   * @param file the file's name, until the other side has mapped it
   * @param memory the memory as this side sees it
   */
  record Shared(String file, MemorySegment memory) {}

  /**
   * {@return new zeroed memory}
   *
   * <p>Every page is written now: where memory is short, that is an error here and not a signal at
   * some later access.
   *
   * @param bytes its size, more than 0
   * @param arena until when this side needs it
   * @throws OutOfDeviceMemoryException if there is not so much, or taking it would leave the
   *     machine less than an eighth of what is free
   */
  Shared allocate(long bytes, Arena arena) {
    String name = newName();
    Path file = path.resolve(name);
    try {
      requireRoom(bytes);
      fill(file, bytes);
      return new Shared(name, map(file, bytes, arena));
    } catch (IOException e) {
      discard(name);
      throw new OutOfDeviceMemoryException(
          bytes
              + " bytes of memory to share with a plugin's process cannot be had in "
              + path.getParent()
              + ": "
              + e.getMessage()
              + "; ask for less, close what is not needed, or name a larger file system by the"
              + " property halyard.isolation.memoryFolder",
          e);
    }
  }

  /**
   * A file system in memory may be as large as the memory: the kernel would end some process before
   * such a file is full.
   */
  private void requireRoom(long bytes) throws IOException {
    FileStore store = Files.getFileStore(path);
    long free = store.getUsableSpace();
    if (store.type().equals("tmpfs")) {
      free = Math.min(free, HostMemory.available().orElse(free));
    }
    if (bytes > free - free / RESERVE) {
      throw new IOException("only " + free + " bytes are free");
    }
  }

  private static void fill(Path file, long bytes) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] zeros = new byte[(int) Math.min(bytes, PIECE)];
      for (long left = bytes; left > 0; left -= zeros.length) {
        out.write(zeros, 0, (int) Math.min(left, zeros.length));
      }
    }
  }

  /** {@return a file's memory} */
  static MemorySegment map(Path file, long bytes, Arena arena) throws IOException {
    return Uninterrupted.run(
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
          }
        });
  }

  /** Removes a file, whose memory lives on where it is mapped. */
  void discard(String name) {
    try {
      Files.deleteIfExists(path.resolve(name));
    } catch (IOException e) {
      LOG.warn("the file {} of a plugin's process cannot be removed: {}", name, e.toString());
    }
  }

  /** Removes the folder with what is in it. */
  void close() {
    delete(path);
    try {
      lock.close();
    } catch (IOException e) {
      LOG.debug("the lock of {} failed to close: {}", path, e.toString());
    }
  }

  static void delete(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.debug("the folder {} cannot be removed: {}", folder, e.toString());
    }
  }

  /** {@return the file of a name that the other process sent} */
  static Path file(Path folder, String name) {
    return Optional.of(folder.resolve(name))
        .filter(file -> folder.equals(file.getParent()))
        .orElseThrow(() -> new ProtocolException("a file outside the folder: " + name));
  }
}
