package dev.halyard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedModelTests {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir private Path folder;

  /** A model whose one file is a small resource. */
  private static PublishedModel small(long bytes, String sha256) {
    return new PublishedModel(
        "small",
        "tests",
        "none",
        "a:b",
        List.of(new PublishedModel.File("small.txt", bytes, sha256)));
  }

  private static final PublishedModel SMALL =
      small(6, "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");

  @Test
  void intactFileIsLeftAlone() throws IOException {
    Path file = SMALL.extractTo(folder).getFirst();
    Files.setLastModifiedTime(file, LONG_AGO);

    assertEquals(List.of(file), SMALL.extractTo(folder));
    assertEquals("hello\n", Files.readString(file));
    assertEquals(LONG_AGO, Files.getLastModifiedTime(file));
  }

  @Test
  void damagedFileIsWrittenAgain() throws IOException {
    Path file = SMALL.extractTo(folder).getFirst();
    Files.writeString(file, "hellO\n");

    SMALL.extractTo(folder);

    assertEquals("hello\n", Files.readString(file));
  }

  @Test
  void otherContentThanPublishedIsRefusedAndLeavesNothing() throws IOException {
    PublishedModel other = small(6, "00");

    IOException refused = assertThrows(IOException.class, () -> other.extractTo(folder));

    assertTrue(refused.getMessage().contains("should have SHA-256 00, found 5891b5"));
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void artefactThatIsNotThereIsNamed() {
    PublishedModel absent =
        new PublishedModel("m", "", "", "a:b", List.of(new PublishedModel.File("absent", 1, "")));

    IOException missing = assertThrows(IOException.class, () -> absent.extractTo(folder));

    assertEquals("model m: no resource absent; add a:b", missing.getMessage());
  }

  @Test
  void unknownNameListsTheKnown() {
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> PublishedModel.named("gpt"));

    assertEquals("no model 'gpt'; there are [all-minilm-l6-v2]", unknown.getMessage());
  }
}
