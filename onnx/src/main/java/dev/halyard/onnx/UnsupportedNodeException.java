package dev.halyard.onnx;

/** One finding about one node; the import goes on, to find the others. */
final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedNodeException(String finding) {
    super(finding, null, false, false);
  }

  String finding() {
    return String.valueOf(getMessage());
  }
}
