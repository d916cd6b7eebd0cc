package dev.halyard.runtime.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheFolderTests {
  @TempDir Path folder;

  private static byte[] bytes(int value, int length) {
    byte[] content = new byte[length];
    Arrays.fill(content, (byte) value);
    return content;
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void whatIsPutIsRead() {
    CacheFolder cache = new CacheFolder(folder.resolve("new"), 1000);
    assertTrue(cache.get("a").isEmpty());
    cache.put("a", bytes(1, 10));
    cache.put("a", bytes(2, 20));
    assertArrayEquals(bytes(2, 20), cache.get("a").orElseThrow());
  }

  @Test
  void aChangedByteMakesTheEntryAbsentAndDropsIt() throws IOException {
    CacheFolder cache = new CacheFolder(folder, 1000);
    cache.put("a", bytes(1, 10));
    Path file = onlyFile();
    byte[] entry = Files.readAllBytes(file);
    entry[35] ^= 4;
    Files.write(file, entry);
    assertTrue(cache.get("a").isEmpty());
    assertFalse(Files.exists(file));
  }

  @Test
  void aTruncatedEntryIsAbsent() throws IOException {
    CacheFolder cache = new CacheFolder(folder, 1000);
    for (int length : new int[] {0, 5, 31, 33}) {
      cache.put("a", bytes(1, 10));
      Path file = onlyFile();
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
      assertTrue(cache.get("a").isEmpty(), "length " + length);
    }
  }

  @Test
  void theLeastRecentlyUsedGoesFirst() throws IOException {
    CacheFolder cache = new CacheFolder(folder, 200);
    for (String key : List.of("a", "b", "c")) {
      cache.put(key, bytes(1, 30));
      Files.setLastModifiedTime(
          folder.resolve(key + ".entry"),
          FileTime.from(Instant.now().minusSeconds(1000 - key.charAt(0))));
    }
    assertTrue(cache.get("a").isPresent(), "reading it makes it recent");
    cache.put("d", bytes(1, 30));
    assertEquals(
        List.of(true, false, true, true),
        Stream.of("a", "b", "c", "d").map(k -> cache.get(k).isPresent()).toList());
  }

  @Test
  void theBoundHoldsThoughTheFolderIsSeldomLookedThrough() throws IOException {
    CacheFolder cache = new CacheFolder(folder, 100_000);
    for (int i = 0; i < 500; i++) {
      cache.put("key" + i, bytes(i, 1000 - 32));
      try (Stream<Path> files = Files.list(folder)) {
        long kept = files.count();
        assertTrue(kept <= 125 && kept >= Math.min(i + 1, 90), kept + " entries after put " + i);
      }
    }
    assertTrue(cache.get("key499").isPresent());
  }

  @Test
  void manyWritersLeaveWholeEntries() throws InterruptedException {
    AtomicInteger torn = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      byte[] content = bytes(i, 5000);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    CacheFolder cache = new CacheFolder(folder, 1 << 20);
                    for (int round = 0; round < 50; round++) {
                      cache.put("shared", content);
                      Optional<byte[]> read = cache.get("shared");
                      if (read.isEmpty()
                          || read.get().length != 5000
                          || read.get()[0] != read.get()[4999]) {
                        torn.incrementAndGet();
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, torn.get());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoError() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    CacheFolder cache = new CacheFolder(file.resolve("below"), 1000);
    cache.put("a", bytes(1, 10));
    assertTrue(cache.get("a").isEmpty());
  }

  @Test
  void aKeyThatIsNoFileNameIsRefused() {
    CacheFolder cache = new CacheFolder(folder, 1000);
    assertThrows(IllegalArgumentException.class, () -> cache.get("../up"));
    assertThrows(IllegalArgumentException.class, () -> cache.put("A", bytes(1, 1)));
  }

  @Test
  void anEntryThatCannotBeMarkedAsUsedIsReadAllTheSame() throws IOException {
    Path zip = folder.resolve("cache.zip");
    try (FileSystem writable = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      new CacheFolder(writable.getPath("/cache"), 1000).put("a", bytes(1, 10));
    }
    try (FileSystem readOnly = FileSystems.newFileSystem(zip, Map.of("accessMode", "readOnly"))) {
      CacheFolder cache = new CacheFolder(readOnly.getPath("/cache"), 1000);
      assertArrayEquals(bytes(1, 10), cache.get("a").orElseThrow());
      cache.put("b", bytes(1, 10));
      assertTrue(cache.get("b").isEmpty());
    }
  }

  @Test
  void whatADeadWriterLeftIsDroppedAndWhatALivingOneWritesStays() throws IOException {
    Path left = Files.writeString(folder.resolve("a1.entry.tmp"), "half");
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3700)));
    Path current = Files.writeString(folder.resolve("a2.entry.tmp"), "half");
    Path own = Files.writeString(folder.resolve("plugin.tmp"), "a plugin's own");
    Files.setLastModifiedTime(own, FileTime.from(Instant.now().minusSeconds(3700)));
    new CacheFolder(folder, 1000).put("a", bytes(1, 10));
    assertFalse(Files.exists(left));
    assertTrue(Files.exists(current) && Files.exists(own));
  }
}
