/**
 * A network that reads handwritten digits, as floats and quantised: {@link
 * dev.halyard.examples.digits.TrainDigits} trains it, {@link
 * dev.halyard.examples.digits.ClassifyDigits} runs both on a device and compares them.
 */
@NullMarked
package dev.halyard.examples.digits;

import org.jspecify.annotations.NullMarked;
