package dev.halyard.fpga.xrt;

/**
 * The one build of {@code libxrt_swemu} that is known to be broken: that of Debian's package
 * libxrt1 202210.2.13.466+dfsg-8, for x86-64. Its {@code CpuemShim::alloc_void} forgets what
 * realloc returns, and the first message larger than those before overwrites the heap. XRT's source
 * is right; so is every other build, for all that is known here.
 *
 * <p>The function stores what malloc returns in one place, and after realloc jumps to the
 * instruction after that store. The cure makes it jump to the store.
 */
final class DebianSwEmu {
  /** The SHA-256 of the broken build. */
  static final String BROKEN = "7d6303a40e3f97ce410793734790859eed2b9aed61c3de5c3d86a6bf1e73b153";

  // jne 92717 (75 e6), at 9272f, becomes jne 92710: mov %rax,0x670(%rbx)
  private static final int OFFSET = 0x92730;
  private static final byte BEFORE = (byte) 0xe6;
  private static final byte AFTER = (byte) 0xdf;

  private DebianSwEmu() {}

  static boolean isBroken(byte[] library) {
    return Sha256.of(library).equals(BROKEN);
  }

  /** {@return the library without its bug; a library that is not that build as it is} */
  static byte[] cured(byte[] library) {
    if (!isBroken(library)) {
      return library;
    }
    if (library[OFFSET] != BEFORE) {
      throw new AssertionError("the SHA-256 of the build fits and its code does not");
    }
    byte[] cured = library.clone();
    cured[OFFSET] = AFTER;
    return cured;
  }
}
