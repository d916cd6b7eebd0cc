package dev.halyard.fpga.xrt.xclbin;

import dev.halyard.HalyardException;
import org.jspecify.annotations.Nullable;

/**
 * A file is no xclbin, is damaged or contradicts itself; the message names the file, the offset in
 * bytes, what was wanted there, what was found, and what to do.
 */
public class InvalidXclbinException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message which file, where, wanted what, found what, and what to do
   * @param cause what led to it
   */
  public InvalidXclbinException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
