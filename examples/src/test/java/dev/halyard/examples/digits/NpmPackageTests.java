package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpmPackageTests {
  private static final String MISSING = "npm-that-nobody-has";
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** SHA-512 of "hello\n". */
  private static final NpmPackage HELLO =
      new NpmPackage(
          "hello",
          "1.0.0",
          "e7c22b994c59d9cf2b48e549b1e24666636045930d3da7c1acb299d1c3b7f931"
              + "f94aae41edda2c2b207a36e10f8bcb8d45223e54878f5b316e7ce3b6bc019629");

  @TempDir private Path folder;

  private String refusal(String npm) throws IOException {
    IOException refused = assertThrows(IOException.class, () -> HELLO.fetch(folder, npm));
    try (var left = Files.list(folder)) {
      assertTrue(left.noneMatch(Files::isDirectory), "a folder is left");
    }
    return refused.getMessage();
  }

  @Test
  void intactTarballNeedsNoNpm() throws IOException {
    Path tarball = Files.writeString(folder.resolve("hello-1.0.0.tgz"), "hello\n");

    assertEquals(tarball.toAbsolutePath(), HELLO.fetch(folder, MISSING));
  }

  @Test
  void withoutNpmTheMessageSaysWhatToDo() throws IOException {
    String message = refusal(MISSING);

    assertTrue(message.contains("hello 1.0.0 is fetched by npm, which is not on PATH"), message);
    assertTrue(message.contains("apt-get install npm"), message);
    assertTrue(message.contains(folder.resolve("hello-1.0.0.tgz").toString()), message);
  }

  @Test
  void damagedTarballIsFetchedAgain() throws IOException {
    Files.writeString(folder.resolve("hello-1.0.0.tgz"), "hellO\n");

    assertTrue(refusal(MISSING).contains("is fetched by npm"));
  }

  @Test
  void npmThatFailsIsQuoted() throws IOException {
    // java pack hello@1.0.0 fails as npm without a network does.
    String message = refusal(JAVA);

    assertTrue(message.contains("npm pack hello@1.0.0 ended with 1"), message);
    assertTrue(message.contains("pack"), message);
  }
}
