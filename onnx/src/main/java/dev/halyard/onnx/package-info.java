/**
 * Reads ONNX models as graphs, and tensors from ONNX's and NumPy's files.
 *
 * <p>{@link dev.halyard.onnx.OnnxModel#importGraph} is the short way. Files are material from
 * elsewhere: whatever they hold, the only exception they cause is {@link
 * dev.halyard.onnx.InvalidModelException}, and nothing is allocated because a file claims to be
 * large. The operators that are known are listed in docs/onnx.md.
 */
@NullMarked
package dev.halyard.onnx;

import org.jspecify.annotations.NullMarked;
