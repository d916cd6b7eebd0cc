package dev.halyard.opencl;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.spi.ArtefactStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Built programs under the SHA-256 of all that they depend on. An entry begins with a mark, and the
 * SHA-256 of its key and binary: a driver may answer a truncated binary by ending the process, and
 * a binary of another program by its answers.
 */
final class BinaryCache {
  private static final byte[] MARK = "halyardCL1\n".getBytes(UTF_8);
  private static final int DIGEST_BYTES = 32;

  private final ArtefactStore store;
  private final String device;

  /**
   * Makes the cache.
   *
   * @param store where entries are
   * @param device what a binary depends on beside source and options
   */
  BinaryCache(ArtefactStore store, String device) {
    this.store = store;
    this.device = device;
  }

  /** {@return the key of a program} */
  String key(String source, String options) {
    return "opencl-" + hex(device + "\0" + options + "\0" + source);
  }

  /** {@return the SHA-256 of a text in hex} */
  static String hex(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(UTF_8)));
  }

  /** {@return the binary under a key; empty if there is none, or not one of that key, whole} */
  Optional<byte[]> get(String key) {
    return store.get(key).flatMap(entry -> unwrap(key, entry));
  }

  void put(String key, byte[] binary) {
    store.put(key, wrap(key, binary));
  }

  static byte[] wrap(String key, byte[] binary) {
    return ByteBuffer.allocate(MARK.length + DIGEST_BYTES + binary.length)
        .put(MARK)
        .put(digest(key, binary))
        .put(binary)
        .array();
  }

  static Optional<byte[]> unwrap(String key, byte[] entry) {
    int head = MARK.length + DIGEST_BYTES;
    if (entry.length <= head || !Arrays.equals(MARK, Arrays.copyOf(entry, MARK.length))) {
      return Optional.empty();
    }
    byte[] digest = Arrays.copyOfRange(entry, MARK.length, head);
    byte[] binary = Arrays.copyOfRange(entry, head, entry.length);
    return MessageDigest.isEqual(digest, digest(key, binary))
        ? Optional.of(binary)
        : Optional.empty();
  }

  private static byte[] digest(String key, byte[] binary) {
    MessageDigest digest = sha256();
    digest.update(key.getBytes(UTF_8));
    return digest.digest(binary);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
