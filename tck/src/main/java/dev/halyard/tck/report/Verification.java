package dev.halyard.tck.report;

import java.util.List;
import java.util.Map;

/**
 * What became of checking an archive.
 *
 * @param problems what is wrong with it, a line each; empty if it is valid
 * @param says what it says of itself, in order: the device, the plugin, the verdict and more
 * @param certifiesNot why it certifies nothing; empty if it certifies
 */
public record Verification(List<String> problems, Map<String, String> says, String certifiesNot) {
  /** {@return whether nothing is wrong with it} */
  public boolean isValid() {
    return problems.isEmpty();
  }

  /** {@return whether it is valid, and of a run that certifies} */
  public boolean certifies() {
    return isValid() && certifiesNot.isEmpty();
  }
}
