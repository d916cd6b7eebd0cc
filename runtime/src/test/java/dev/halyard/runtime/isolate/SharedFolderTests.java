package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFolderTests {
  @TempDir Path base;

  @Test
  void onlyItsUserMayEnter() throws IOException {
    SharedFolder folder = SharedFolder.create(base);
    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())));
    folder.close();
    assertFalse(Files.exists(folder.path()));
  }

  @Test
  void memoryIsZeroSeenByBothAndOutlivesItsFile() throws IOException {
    SharedFolder folder = SharedFolder.create(base);
    try (Arena arena = Arena.ofConfined()) {
      SharedFolder.Shared here = folder.allocate(100, arena);
      MemorySegment there =
          SharedFolder.map(SharedFolder.file(folder.path(), here.file()), 100, arena);
      folder.discard(here.file());
      assertEquals(0, there.get(ValueLayout.JAVA_BYTE, 99));
      here.memory().set(ValueLayout.JAVA_BYTE, 99, (byte) 7);
      assertEquals(7, there.get(ValueLayout.JAVA_BYTE, 99));
    }
    folder.close();
  }

  @Test
  void aFolderThatNobodyHoldsIsRemovedByTheNext() throws IOException {
    Path abandoned = folder("halyard-isolated-0-left", Instant.now().minusSeconds(120));
    Path young = folder("halyard-isolated-0-young", Instant.now());
    SharedFolder held = SharedFolder.create(base);
    SharedFolder next = SharedFolder.create(base);
    assertFalse(Files.exists(abandoned));
    assertTrue(Files.exists(young));
    assertTrue(Files.exists(held.path()));
    held.close();
    next.close();
  }

  private Path folder(String name, Instant made) throws IOException {
    Path folder = Files.createDirectory(base.resolve(name));
    Files.createFile(folder.resolve("memory-1"));
    Path lock = Files.createFile(folder.resolve("lock"));
    Files.setLastModifiedTime(lock, FileTime.from(made));
    return folder;
  }

  @Test
  void whatCannotBeHadIsATypedError() {
    SharedFolder folder = SharedFolder.create(base);
    folder.close();
    OutOfDeviceMemoryException thrown =
        assertThrows(OutOfDeviceMemoryException.class, () -> folder.allocate(8, Arena.ofAuto()));
    assertTrue(thrown.getMessage().contains("halyard.isolation.memoryFolder"));
    PluginException missing =
        assertThrows(PluginException.class, () -> SharedFolder.create(base.resolve("missing")));
    assertTrue(missing.getMessage().contains("no private folder can be made"));
  }

  @Test
  void aNameThatLeavesTheFolderIsRefused() {
    assertThrows(ProtocolException.class, () -> SharedFolder.file(base, "../elsewhere"));
    assertEquals(base.resolve("memory-1"), SharedFolder.file(base, "memory-1"));
  }

  @Test
  void aPetabyteIsRefusedBeforeAnyOfItIsWritten() throws IOException {
    SharedFolder folder = SharedFolder.create(null);
    OutOfDeviceMemoryException thrown =
        assertThrows(
            OutOfDeviceMemoryException.class, () -> folder.allocate(1L << 50, Arena.ofAuto()));
    assertTrue(String.valueOf(thrown.getMessage()).contains("bytes are free"), thrown::toString);
    assertFalse(Files.exists(folder.path().resolve("memory-1")));
    folder.close();
  }

  @Test
  void freeSwapSpaceCountsAsMemoryThatCanBeHad() {
    assertEquals(
        OptionalLong.of(1024 * 1100),
        HostMemory.available(
            List.of(
                "MemTotal:       24000000 kB",
                "MemAvailable:       1000 kB",
                "HugePages_Total:       0",
                "SwapFree:            100 kB")));
    assertEquals(OptionalLong.empty(), HostMemory.available(List.of("MemTotal:  1 kB")));
  }

  @Test
  void theControlGroupsAroundAProcessBoundItsMemory() throws IOException {
    Path inner = Files.createDirectories(base.resolve("outer/inner"));
    Files.writeString(inner.resolve("memory.max"), "max\n");
    Files.writeString(inner.resolve("memory.current"), "700\n");
    Files.writeString(inner.getParent().resolve("memory.max"), "1000\n");
    Files.writeString(inner.getParent().resolve("memory.current"), "900\n");
    Files.writeString(inner.getParent().resolve("memory.stat"), "anon 5\ninactive_file 50\n");
    Path old = Files.createDirectories(base.resolve("memory"));
    Files.writeString(old.resolve("memory.limit_in_bytes"), "400\n");
    Files.writeString(old.resolve("memory.usage_in_bytes"), "100\n");

    assertEquals(150, HostMemory.leftInGroup("0::/outer/inner", base));
    assertEquals(300, HostMemory.leftInGroup("4:cpu,memory:/docker/of/the/host", base));
    assertEquals(Long.MAX_VALUE, HostMemory.leftInGroup("3:cpu:/outer/inner", base));
    assertEquals(Long.MAX_VALUE, HostMemory.leftInGroup("0::/elsewhere", base));
  }
}
