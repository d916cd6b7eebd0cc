package dev.halyard.spi;

import java.time.Instant;

/** The conditions of one compilation. Not for implementation. */
public interface CompileContext {
  /** {@return how much the device may do} */
  CompileMode mode();

  /**
   * {@return when the compilation should have ended; check it between steps of a second or more}
   */
  Instant deadline();

  /**
   * Reports progress.
   *
   * @param fraction from 0 to 1
   * @param step what is being done, for people
   * @throws dev.halyard.CompileException if the application has given up
   */
  void progress(double fraction, String step);

  /** {@return where compiled artefacts are kept} */
  ArtefactStore artefacts();
}
