package dev.halyard.onnx;

import java.util.List;

/**
 * A model is well formed but uses operators, versions, attributes or types that the importer does
 * not know, or shapes that depend on data. All of them are listed at once.
 */
public class UnsupportedModelException extends InvalidModelException {
  private static final long serialVersionUID = 1L;

  private final List<String> findings;

  /**
   * Makes the exception.
   *
   * @param model the model, as messages name it
   * @param findings what is not supported, each with its node; at least one
   */
  public UnsupportedModelException(String model, List<String> findings) {
    super(message(model, findings));
    this.findings = List.copyOf(findings);
  }

  private static String message(String model, List<String> findings) {
    return model
        + ": "
        + (findings.size() == 1 ? "one thing is" : findings.size() + " things are")
        + " not supported; docs/onnx.md lists what is:\n  - "
        + String.join("\n  - ", findings);
  }

  /** {@return what is not supported, each with its node} */
  public List<String> findings() {
    return findings;
  }
}
