/**
 * Small programs to copy from, the simplest first: {@link dev.halyard.examples.HelloMlp}, {@link
 * dev.halyard.examples.VariableLength}, {@link dev.halyard.examples.SemanticSearch}.
 */
@NullMarked
package dev.halyard.examples;

import org.jspecify.annotations.NullMarked;
