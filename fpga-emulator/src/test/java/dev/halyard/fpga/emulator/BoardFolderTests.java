package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardFolderTests {
  @TempDir Path xrt;

  private BoardFolder made() throws IOException {
    BoardFolder folder = BoardFolder.fresh();
    folder.create(xrt, Map.of());
    return folder;
  }

  private static void age(BoardFolder folder) throws IOException {
    Files.setLastModifiedTime(folder.path(), FileTime.from(Instant.now().minusSeconds(90)));
  }

  @Test
  void aFolderIsHeldThoughGarbageIsCollected() throws Exception {
    BoardFolder folder = made();
    try {
      folder.hold();
      for (int i = 0; i < 5; i++) {
        System.gc();
        Thread.sleep(50);
      }
      age(folder);
      sweepFromAnotherProcess();
      assertTrue(Files.exists(folder.path()), "this process lives");
    } finally {
      folder.delete();
    }
  }

  private static void sweepFromAnotherProcess() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SweepMain.class.getName())
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
  }

  /** With several of both, since folders come in any order. */
  @Test
  void aFolderThatCannotBeLookedIntoKeepsNoOtherFromBeingDeleted() throws Exception {
    List<BoardFolder> broken = new ArrayList<>();
    List<BoardFolder> left = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        broken.add(made());
        // No user is refused his own files, and root none: a folder cannot be opened as a file.
        Files.createDirectory(broken.getLast().path().resolve("lock"));
        age(broken.getLast());
        left.add(made());
        age(left.getLast());
      }
      BoardFolder.sweep();
      left.forEach(folder -> assertFalse(Files.exists(folder.path()), folder::toString));
      broken.forEach(folder -> assertTrue(Files.exists(folder.path()), folder::toString));
    } finally {
      for (BoardFolder folder : broken) {
        folder.delete();
      }
    }
  }
}
