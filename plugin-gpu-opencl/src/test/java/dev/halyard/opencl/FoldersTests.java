package dev.halyard.opencl;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTests {
  @TempDir Path folder;

  private UserFolder user() {
    return new UserFolder(folder.resolve("user"));
  }

  @Test
  void aFileIsWholeUnderANameOfItsContentAndMendedIfItIsNot() throws IOException {
    byte[] content = "library".getBytes(UTF_8);
    Path holding = user().holding("lib.so", content);
    assertArrayEquals(content, Files.readAllBytes(holding.resolve("lib.so")));
    Files.writeString(holding.resolve("lib.so"), "half");
    assertEquals(holding, user().holding("lib.so", content));
    assertArrayEquals(content, Files.readAllBytes(holding.resolve("lib.so")));
    try (var files = Files.list(holding)) {
      assertEquals(1, files.count(), "nothing is left aside");
    }
  }

  @Test
  void whereTheUsersFolderCannotBeMadeAFolderOfThisProcessServes() throws IOException {
    Files.writeString(folder.resolve("user"), "a file in its place");
    byte[] content = {1, 2, 3};
    Path holding = user().holding("lib.so", content);
    assertArrayEquals(content, Files.readAllBytes(holding.resolve("lib.so")));
  }

  private static void permit(Path folder, String permissions) throws IOException {
    Files.setPosixFilePermissions(
        Files.createDirectories(folder), PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path folder) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
  }

  @Test
  void aFolderThatTheGroupMayWriteToHoldsNothing() throws IOException {
    byte[] content = {1, 2, 3};
    Path user = folder.resolve("user");
    permit(user, "rwxrwxr-x");
    assertFalse(user().holding("lib.so", content).startsWith(user));
    assertFalse(named().startsWith(user));
    permit(user, "rwxr-xr-x");
    Path holding = user().holding("lib.so", content);
    assertTrue(holding.startsWith(user));
    permit(holding, "rwxrwxr-x");
    assertFalse(user().holding("lib.so", content).startsWith(user));
  }

  @Test
  void theNamesOfDriversLieWhereOnlyTheUserMayWrite() throws IOException {
    permit(folder, "rwxrwxr-x");
    Path named = named();
    assertTrue(named.startsWith(folder.resolve("user")), named::toString);
    assertEquals("rwx------", permissions(named));
    assertEquals("rwx------", permissions(folder.resolve("user")));
    assertTrue(user().holding("lib.so", new byte[3]).startsWith(folder.resolve("user")));
  }

  /** {@return a folder that names NVIDIA's driver} */
  private Path named() {
    Path named = IcdFolder.complete(folder.resolve("absent"), user(), true);
    assertNotNull(named);
    return named;
  }

  @Test
  void theUsersFolderFollowsTheSettingsOfTheCache() {
    Map<String, String> environment = Map.of("HALYARD_CACHE", "/h", "XDG_CACHE_HOME", "/x");
    assertEquals(
        Path.of("/h/opencl"),
        UserFolder.of(name -> Optional.ofNullable(environment.get(name))).path());
    assertEquals(
        Path.of("/x/halyard/opencl"),
        UserFolder.of(name -> name.startsWith("XDG") ? Optional.of("/x") : Optional.empty())
            .path());
  }

  @Test
  void nvidiasDriverIsNamedBesideAllOthersWhereNobodyNamesIt() throws IOException {
    Path system = Files.createDirectories(folder.resolve("vendors"));
    Files.writeString(system.resolve("pocl.icd"), "libpocl.so.2\n");
    Path made = IcdFolder.complete(system, user(), true);
    assertNotNull(made);
    assertEquals("libpocl.so.2\n", Files.readString(made.resolve("pocl.icd")));
    assertEquals("libnvidia-opencl.so.1\n", Files.readString(made.resolve("nvidia.icd")));
    assertEquals(made, IcdFolder.complete(system, user(), true));
  }

  @Test
  void noFolderIsMadeWhereNvidiasDriverIsNamedOrNotThere() throws IOException {
    Path system = Files.createDirectories(folder.resolve("vendors"));
    assertNull(IcdFolder.complete(system, user(), false));
    Files.writeString(system.resolve("10.icd"), "libnvidia-opencl.so.1\n");
    assertNull(IcdFolder.complete(system, user(), true));
    assertNotNull(IcdFolder.complete(folder.resolve("absent"), user(), true));
  }
}
