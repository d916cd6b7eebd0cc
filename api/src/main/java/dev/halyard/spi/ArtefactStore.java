package dev.halyard.spi;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps compiled artefacts under content-addressed keys; what is read back is checked by SHA-256,
 * and a corrupt entry is dropped and reads as absent. Safe for many threads and processes. Not for
 * implementation.
 */
public interface ArtefactStore {
  /**
   * {@return an artefact}
   *
   * @param key what it was stored under
   */
  Optional<byte[]> get(String key);

  /**
   * Stores an artefact, in place of any before.
   *
   * @param key lower-case letters, digits, and {@code - _ .}; name everything that the content
   *     depends on, by its SHA-256
   * @param content the bytes
   */
  void put(String key, byte[] content);

  /** {@return the folder, for messages} */
  Path folder();
}
