package dev.halyard.runtime.cache;

import dev.halyard.Halyard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A folder of entries under keys: each checked by SHA-256 when read, written aside and renamed, so
 * that many processes can share it; bounded, the least recently used going first.
 *
 * <p>A cache never fails its user: what cannot be read is absent, what cannot be written is not
 * kept, and one WARN says so.
 */
public final class CacheFolder {
  private static final Logger LOG = LogManager.getLogger(CacheFolder.class);
  private static final int DIGEST_BYTES = 32;
  private static final String SUFFIX = ".entry";

  /** Of entries being written; unlike any name that a plugin would give its own files. */
  private static final String ASIDE = SUFFIX + ".tmp";

  /** Past any write: what is older was left by a process that died. */
  private static final Duration ASIDE_LIFE = Duration.ofHours(1);

  /** Of the room that is left, the part that one process takes before it looks again. */
  private static final long ROOM_SHARE = 4;

  /** Of a full cache, the part that is freed at once. */
  private static final long SLACK_SHARE = 16;

  private final Path folder;
  private final long maxBytes;

  /** What may be written before the folder is looked through again: that takes a while. */
  private final AtomicLong room = new AtomicLong();

  /**
   * Makes the cache; the folder itself is made when first written to.
   *
   * @param folder where
   * @param maxBytes how much the entries may take together; several processes that write at the
   *     same time may pass it, as each looks only after writing a quarter of what it saw was left
   */
  public CacheFolder(Path folder, long maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
  }

  /** {@return the root of all caches: configured, else the platform's user cache folder} */
  public static Path root(Halyard.Config config) {
    return config.cacheFolder().orElseGet(CacheFolder::platformFolder);
  }

  private static Path platformFolder() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    Path home = Path.of(System.getProperty("user.home", "."));
    if (os.contains("mac")) {
      return home.resolve("Library/Caches/halyard");
    }
    if (os.contains("windows")) {
      String local = System.getenv("LOCALAPPDATA");
      return (local == null ? home.resolve("AppData/Local") : Path.of(local)).resolve("halyard");
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    return (xdg == null || xdg.isBlank() ? home.resolve(".cache") : Path.of(xdg))
        .resolve("halyard");
  }

  /** {@return the folder} */
  public Path folder() {
    return folder;
  }

  /**
   * {@return the content stored under a key}
   *
   * @param key lower-case letters, digits and {@code - _ .}
   */
  public Optional<byte[]> get(String key) {
    Path file = file(key);
    try {
      byte[] entry = Files.readAllBytes(file);
      if (entry.length < DIGEST_BYTES || !intact(entry)) {
        LOG.warn("cache entry {} is corrupt; it is dropped and will be made again", file);
        Files.deleteIfExists(file);
        return Optional.empty();
      }
      touch(file);
      return Optional.of(Arrays.copyOfRange(entry, DIGEST_BYTES, entry.length));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("cache entry {} cannot be read ({}); going on without it", file, e.toString());
      return Optional.empty();
    }
  }

  /** Best effort: an entry that is another user's, or gone by now, was read all the same. */
  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException | UnsupportedOperationException e) {
      LOG.debug("cache entry {} cannot be marked as used: {}", file, e.toString());
    }
  }

  private static boolean intact(byte[] entry) {
    byte[] content = Arrays.copyOfRange(entry, DIGEST_BYTES, entry.length);
    return MessageDigest.isEqual(sha256(content), Arrays.copyOf(entry, DIGEST_BYTES));
  }

  /**
   * Stores a content under a key.
   *
   * @param key lower-case letters, digits and {@code - _ .}
   * @param content the bytes
   */
  public void put(String key, byte[] content) {
    Path file = file(key);
    try {
      Files.createDirectories(folder);
      Path aside = Files.createTempFile(folder, key, ASIDE);
      try {
        write(aside, content);
        replace(aside, file);
      } finally {
        Files.deleteIfExists(aside);
      }
      if (room.addAndGet(-DIGEST_BYTES - content.length) < 0) {
        room.set((maxBytes - trim()) / ROOM_SHARE);
      }
    } catch (IOException | UncheckedIOException | UnsupportedOperationException e) {
      LOG.warn(
          "cache entry {} cannot be written ({}); set HALYARD_CACHE to a writable folder",
          file,
          e.toString());
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (ByteBuffer part : List.of(ByteBuffer.wrap(sha256(content)), ByteBuffer.wrap(content))) {
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
  }

  private static void replace(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void dropLeftovers() throws IOException {
    Instant oldest = Instant.now().minus(ASIDE_LIFE);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(ASIDE)).toList()) {
        try {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          // Its writer has renamed it meanwhile.
        }
      }
    }
  }

  /** {@return the bytes of all entries, after dropping what is too much} */
  private long trim() throws IOException {
    dropLeftovers();
    record Entry(Path file, long bytes, FileTime used) {}
    List<Entry> entries;
    try (Stream<Path> files = Files.list(folder)) {
      entries =
          files
              .filter(file -> file.toString().endsWith(SUFFIX))
              .map(
                  file -> {
                    try {
                      return new Entry(file, Files.size(file), Files.getLastModifiedTime(file));
                    } catch (IOException e) {
                      // Another process has dropped it meanwhile.
                      return new Entry(file, 0, FileTime.fromMillis(0));
                    }
                  })
              .sorted(Comparator.comparing(Entry::used))
              .toList();
    }
    long total = entries.stream().mapToLong(Entry::bytes).sum();
    if (total <= maxBytes) {
      return total;
    }
    for (Entry entry : entries) {
      if (total <= maxBytes - maxBytes / SLACK_SHARE) {
        break;
      }
      Files.deleteIfExists(entry.file);
      total -= entry.bytes;
    }
    return total;
  }

  private Path file(String key) {
    if (!key.matches("[a-z0-9_.-]{1,200}")) {
      throw new IllegalArgumentException(
          "a cache key is made of lower-case letters, digits and - _ . (at most 200), found '"
              + key
              + "'");
    }
    return folder.resolve(key + SUFFIX);
  }

  /** {@return the SHA-256 of some bytes} */
  public static byte[] sha256(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** {@return the SHA-256 of some bytes in lower-case hex} */
  public static String hex(byte[] content) {
    return HexFormat.of().formatHex(sha256(content));
  }
}
