package dev.halyard.opencl;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Where this plugin keeps files that native code reads by name: a folder of the user, which others
 * cannot write, as a file of the same name in the folder for temporary files could be anybody's.
 *
 * @param path the folder; made when first written to
 */
record UserFolder(Path path) {
  /** The JVM's word where the system has no name for the user, as in some containers. */
  private static final String UNKNOWN_USER = "?";

  static UserFolder of(Function<String, Optional<String>> environment) {
    Optional<Path> ours = variable("HALYARD_CACHE", environment);
    Path home = Path.of(System.getProperty("user.home", "."));
    Path cache =
        ours.orElseGet(
            () ->
                variable("XDG_CACHE_HOME", environment)
                    .or(() -> variable("LOCALAPPDATA", environment))
                    .orElseGet(() -> home.resolve(".cache"))
                    .resolve("halyard"));
    return new UserFolder(cache.toAbsolutePath().resolve("opencl"));
  }

  private static Optional<Path> variable(
      String name, Function<String, Optional<String>> environment) {
    return environment.apply(name).filter(text -> !text.isBlank()).map(Path::of);
  }

  /** {@return a folder that holds one file of that content, under a name made of the content} */
  Path holding(String name, byte[] content) throws IOException {
    return holding(nameOf(content), Map.of(name, content));
  }

  /**
   * {@return a folder that holds some files}
   *
   * <p>Many processes may ask at once: each file is written aside and renamed, and is whole
   * whenever it is there. Where the user's folder cannot be written, or others can write to it, a
   * new folder for temporary files serves this process alone.
   *
   * @param name of the folder, made of all that the files hold
   * @param files their content by their names
   */
  Path holding(String name, Map<String, byte[]> files) throws IOException {
    Path folder = path.resolve(name);
    try {
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      requireOwn(path);
      requireOwn(folder);
      for (var file : files.entrySet()) {
        write(folder.resolve(file.getKey()), file.getValue());
      }
      return folder;
    } catch (IOException | SecurityException unwritable) {
      return unshared(files);
    }
  }

  /** Makes a folder where it is not there; refuses one that others may write to. */
  private static void requireOwn(Path folder) throws IOException {
    try {
      createPrivate(folder);
    } catch (FileAlreadyExistsException e) {
      PosixFileAttributeView view =
          Files.getFileAttributeView(folder, PosixFileAttributeView.class);
      if (view != null && !isOwn(view.readAttributes())) {
        throw new AccessDeniedException(folder.toString(), null, "others may write to it");
      }
    }
  }

  private static boolean isOwn(PosixFileAttributes attributes) {
    String user = System.getProperty("user.name", UNKNOWN_USER);
    return (user.equals(UNKNOWN_USER) || attributes.owner().getName().equals(user))
        && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** {@return a new folder that holds some files, for this process alone} */
  static Path unshared(Map<String, byte[]> files) throws IOException {
    Path folder =
        Path.of(System.getProperty("java.io.tmpdir", ".")).resolve(ownName("halyard-opencl"));
    // Not one that is there already: anybody may have made it.
    createPrivate(folder);
    folder.toFile().deleteOnExit();
    for (var file : files.entrySet()) {
      write(folder.resolve(file.getKey()), file.getValue());
      folder.resolve(file.getKey()).toFile().deleteOnExit();
    }
    return folder;
  }

  private static void write(Path file, byte[] content) throws IOException {
    if (isWhole(file, content)) {
      return;
    }
    Path aside = file.resolveSibling(ownName("aside"));
    try {
      Files.write(aside, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      moveInto(aside, file);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  /**
   * {@return a name that no other process or moment gives}
   *
   * <p>The JDK's names for temporary files come of a generator that keeps /dev/random open.
   */
  private static String ownName(String prefix) {
    return prefix + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  }

  private static void createPrivate(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectory(folder);
    }
  }

  private static void moveInto(Path aside, Path file) throws IOException {
    try {
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isWhole(Path file, byte[] content) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == content.length
        && Arrays.equals(Files.readAllBytes(file), content);
  }

  /**
   * {@return a name that other content will hardly have; what is under it is compared in full}
   *
   * <p>No SHA-256: the JDK's providers of it keep /dev/random open, which a probe must not leave.
   */
  static String nameOf(byte[] content) {
    CRC32C sum = new CRC32C();
    sum.update(content);
    return String.format(Locale.ROOT, "%08x-%d", sum.getValue(), content.length);
  }
}
