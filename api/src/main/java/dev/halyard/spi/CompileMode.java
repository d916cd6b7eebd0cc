package dev.halyard.spi;

/** How much a device may do to get a program. */
public final class CompileMode {
  /** Compile in the process, within the deadline. */
  public static final CompileMode JIT = new CompileMode("JIT");

  /** Use artefacts that exist; build nothing. */
  public static final CompileMode LOAD_ONLY = new CompileMode("LOAD_ONLY");

  /** Build what is missing, however long it takes. */
  public static final CompileMode BUILD = new CompileMode("BUILD");

  private final String name;

  private CompileMode(String name) {
    this.name = name;
  }

  /** {@return the name of the constant} */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
