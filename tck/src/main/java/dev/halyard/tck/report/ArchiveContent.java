package dev.halyard.tck.report;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * The hashes of an archive's entries, and the few entries that are looked into. The bytes that come
 * out are counted, and no size that the file declares is believed.
 */
final class ArchiveContent {
  private static final long MAX_BYTES = 1L << 30;
  private static final long MAX_KEPT_BYTES = 64L << 20;
  private static final int BUFFER = 1 << 16;

  private final Map<String, String> hashes = new TreeMap<>();
  private final Map<String, byte[]> kept = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];
  private final long maxBytes;
  private long bytes;

  private ArchiveContent(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** {@return an archive's content, as far as it could be read} */
  static ArchiveContent read(Path file) throws IOException {
    return read(file, MAX_BYTES);
  }

  static ArchiveContent read(Path file, long maxBytes) throws IOException {
    ArchiveContent content = new ArchiveContent(maxBytes);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      content.readAll(zip);
    } catch (ZipException | EOFException e) {
      content.problems.add("the file is no readable zip: " + e.getMessage());
    }
    return content;
  }

  private void readAll(ZipFile zip) throws IOException {
    for (ZipEntry entry : zip.stream().toList()) {
      String name = entry.getName();
      if (name.startsWith("/") || name.contains("..") || hashes.containsKey(name)) {
        problems.add("the entry '" + name + "' has no place in an archive");
      } else if (!read(zip, entry)) {
        problems.add("the content is larger than " + maxBytes + " bytes; the rest was not read");
        return;
      }
    }
  }

  /** {@return whether the limit was kept} */
  private boolean read(ZipFile zip, ZipEntry entry) throws IOException {
    String name = entry.getName();
    boolean looked = name.equals(Archive.MANIFEST) || Archive.NEEDED.contains(name);
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    MessageDigest digest = Hashes.sha256();
    long size = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
        size += read;
        if (bytes > maxBytes) {
          return false;
        }
        digest.update(buffer, 0, read);
        (looked && size <= MAX_KEPT_BYTES ? copy : OutputStream.nullOutputStream())
            .write(buffer, 0, read);
      }
    }
    hashes.put(name, Hashes.hex(digest));
    keep(name, looked, size, copy);
    return true;
  }

  private void keep(String name, boolean looked, long size, ByteArrayOutputStream copy) {
    if (size > MAX_KEPT_BYTES && looked) {
      problems.add(name + " is larger than " + MAX_KEPT_BYTES + " bytes; it was not looked into");
    } else if (looked) {
      kept.put(name, copy.toByteArray());
    }
  }

  /** {@return the SHA-256 of each entry that was read} */
  Map<String, String> hashes() {
    return hashes;
  }

  /** {@return the entries that are looked into} */
  Map<String, byte[]> kept() {
    return kept;
  }

  /** {@return what is wrong with the file itself} */
  List<String> problems() {
    return problems;
  }
}
