package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.XrtFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All files of one board, in a folder of its own: the socket, the configuration of XRT and what the
 * shim writes. The shim makes its socket at {@code /tmp/$USER/$EMULATION_SOCKETID}, whatever the
 * folder for temporary files is; so the board is a user of its own to it.
 *
 * <p>To name a folder makes nothing: the environment of the process that is to use the board is
 * known before the board exists.
 *
 * @param path of the folder
 */
record BoardFolder(Path path) {
  private static final Path PARENT = Path.of("/tmp");
  private static final String PREFIX = "halyard-fpga-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{16}");
  private static final String SOCKET = "socket";
  private static final String SETTINGS = "xrt.ini";
  private static final String LOCK = "lock";

  /** Past the time between making a folder and the start of the process that locks it. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  /** The shim starts no device process, and writes no messages of its own. */
  private static final String INI = "[Emulation]\ndont_run=true\nprint_infos_in_console=false\n";

  /** A channel that nothing reaches is closed by the garbage collector, and its lock is gone. */
  private static final Queue<FileChannel> HELD = new ConcurrentLinkedQueue<>();

  BoardFolder {
    if (!PARENT.equals(path.getParent())
        || !NAME.matcher(String.valueOf(path.getFileName())).matches()) {
      throw new IllegalArgumentException(path + " is not the folder of a board");
    }
  }

  /** {@return a folder that no board has yet} */
  static BoardFolder fresh() {
    // No SecureRandom: it leaves files open, and a plugin's info() leaves nothing behind.
    long number = ThreadLocalRandom.current().nextLong();
    return new BoardFolder(PARENT.resolve(PREFIX + HexFormat.of().toHexDigits(number)));
  }

  /**
   * {@return the folder that an environment was made for; empty if it was made for none}
   *
   * @param environment reads a variable
   */
  static Optional<BoardFolder> in(Function<String, @Nullable String> environment) {
    String settings = environment.apply("XRT_INI_PATH");
    if (settings == null) {
      return Optional.empty();
    }
    Path folder = Path.of(settings).getParent();
    return folder != null
            && PARENT.equals(folder.getParent())
            && NAME.matcher(String.valueOf(folder.getFileName())).matches()
        ? Optional.of(new BoardFolder(folder))
        : Optional.empty();
  }

  /** {@return what a process needs in its environment from its start on, to find the board} */
  Map<String, String> environment() {
    return Map.of(
        "USER", path.getFileName().toString(),
        "EMULATION_SOCKETID", SOCKET,
        "XCL_EMULATION_MODE", "sw_emu",
        "XILINX_XRT", xrt().toString(),
        "XRT_INI_PATH", path.resolve(SETTINGS).toString(),
        "SDACCEL_EM_RUN_DIR", path.toString());
  }

  /** {@return where the shim listens} */
  Path socket() {
    return path.resolve(SOCKET);
  }

  /**
   * {@return the library of a design; empty if it was not built}
   *
   * @param hash the SHA-256 of the RTL, in hex
   */
  Optional<Path> design(String hash) {
    return Optional.of(path.resolve(hash + ".so")).filter(Files::isRegularFile);
  }

  /** {@return a link to the folder whose {@code lib} holds XRT's libraries} */
  private Path xrt() {
    return path.resolve("xrt");
  }

  /**
   * Makes the folder, for its owner alone.
   *
   * @param xrt the folder that holds XRT's libraries
   * @param designs the designs that were built, by the SHA-256 of their RTL
   * @throws PluginException if the libraries cannot be read
   */
  void create(Path xrt, Map<String, Path> designs) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try {
      fill(xrt, designs);
    } catch (IOException | RuntimeException e) {
      delete();
      throw e;
    }
  }

  private void fill(Path xrt, Map<String, Path> designs) throws IOException {
    Files.writeString(path.resolve(SETTINGS), INI);
    Files.createSymbolicLink(xrt(), XrtFolder.prepare(xrt, path));
    for (Map.Entry<String, Path> design : designs.entrySet()) {
      Files.createSymbolicLink(
          path.resolve(design.getKey() + ".so"), design.getValue().toAbsolutePath());
    }
  }

  /** Shows, for as long as this process lives, that the folder has not been left. */
  void hold() throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    HELD.add(channel);
  }

  /** Deletes what was left by processes that were all killed at once. */
  static void sweep() {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(PARENT, PREFIX + "*")) {
      for (Path path : found) {
        if (NAME.matcher(String.valueOf(path.getFileName())).matches()) {
          deleteIfAbandoned(path);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // The folder cannot be listed: it stays as it is.
    }
  }

  private static void deleteIfAbandoned(Path path) {
    try {
      if (isAbandoned(path)) {
        new BoardFolder(path).delete();
      }
    } catch (IOException e) {
      // Another user's, or somebody else is sweeping; the others are still to be looked at.
    }
  }

  private static boolean isAbandoned(Path path) throws IOException {
    Instant made = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
    if (made.isAfter(Instant.now().minus(YOUNG))) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      return free != null;
    } catch (NoSuchFileException neverHeld) {
      return true;
    } catch (OverlappingFileLockException own) {
      return false;
    }
  }

  /** Deletes the folder and all that is in it, if it is there; links are not followed. */
  void delete() throws IOException {
    try {
      Files.walkFileTree(path, new Deletion());
    } catch (NoSuchFileException gone) {
      // Both ends of a board delete it.
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      if (e != null && !(e instanceof NoSuchFileException)) {
        throw e;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
