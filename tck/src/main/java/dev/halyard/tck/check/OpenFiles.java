package dev.halyard.tck.check;

import java.io.File;

/** The files that this process has open, where the operating system tells. */
public final class OpenFiles {
  private static final File DESCRIPTORS = new File("/proc/self/fd");

  private OpenFiles() {}

  /** {@return how many files are open; 0 where that is not known} */
  public static long count() {
    String[] open = DESCRIPTORS.list();
    return open == null ? 0 : open.length;
  }
}
