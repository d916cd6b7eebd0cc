package dev.halyard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTests {
  private static final Path HOME = Path.of(System.getProperty("user.home"));

  @Test
  void eachPlatformHasItsPlace() {
    assertEquals(HOME.resolve(".cache/halyard"), CacheFolder.ofPlatform("Linux", name -> null));
    assertEquals(
        HOME.resolve("Library/Caches/halyard"), CacheFolder.ofPlatform("Mac OS X", name -> null));
    assertEquals(
        HOME.resolve("AppData/Local/halyard"), CacheFolder.ofPlatform("Windows 11", name -> null));
  }

  @Test
  void platformsVariableComesFirst() {
    assertEquals(
        Path.of("/x/halyard"),
        CacheFolder.ofPlatform("Linux", Map.of("XDG_CACHE_HOME", "/x")::get));
    assertEquals(
        Path.of("/l/halyard"),
        CacheFolder.ofPlatform("Windows 11", Map.of("LOCALAPPDATA", "/l")::get));
  }

  @Test
  void blankVariableCountsForNothing() {
    assertEquals(
        HOME.resolve(".cache/halyard"),
        CacheFolder.ofPlatform("Linux", Map.of("XDG_CACHE_HOME", " ")::get));
  }
}
