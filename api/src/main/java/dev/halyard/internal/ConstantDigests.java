package dev.halyard.internal;

import dev.halyard.Tensor;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The SHA-256 of the content of constants, computed once per tensor: a model's weights are large
 * and hashed again by every cache.
 */
public final class ConstantDigests {
  /** The largest piece that a segment shows as a buffer. */
  private static final long PIECE_BYTES = 1L << 30;

  // Keyed by identity, since Tensor has no equals of its own; an entry goes with its tensor.
  private static final Map<Tensor, String> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

  private ConstantDigests() {}

  /** {@return the SHA-256 of a constant's bytes, in lower-case hex} */
  public static String of(Tensor constant) {
    String known = KNOWN.get(constant);
    if (known == null) {
      // Outside the lock: two threads may hash the same tensor, none waits for another's.
      known = of(constant.segment());
      KNOWN.put(constant, known);
    }
    return known;
  }

  /** {@return the SHA-256 of memory, in lower-case hex} */
  public static String of(MemorySegment content) {
    MessageDigest digest = sha256();
    for (long offset = 0; offset < content.byteSize(); offset += PIECE_BYTES) {
      long bytes = Math.min(PIECE_BYTES, content.byteSize() - offset);
      digest.update(content.asSlice(offset, bytes).asByteBuffer());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
