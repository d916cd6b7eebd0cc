package dev.halyard.tck.check;

/**
 * One numbered rule of docs/conformance.md.
 *
 * @param id such as {@code N-301}; never given to another rule
 * @param title the rule in a sentence
 * @param untested why no check cites it; empty where checks do
 */
public record Rule(String id, String title, String untested) {
  /** {@return the area, by the id's letter} */
  public Area area() {
    return Area.of(id);
  }
}
