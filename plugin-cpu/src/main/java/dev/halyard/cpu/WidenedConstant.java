package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.spi.ValueView;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A constant of F16 or BF16 in F32.
 *
 * @param constants where it is kept
 * @param value the constant
 */
record WidenedConstant(PreparedConstants constants, ValueView value) {
  Operand get(Operand narrow) {
    long elements = narrow.elements();
    MemorySegment from = Objects.requireNonNull(narrow.where().constant());
    MemorySegment wide =
        constants.get(
            value.id() + " in F32",
            elements * Float.BYTES,
            to -> {
              for (long i = 0; i < elements; i++) {
                double number = Elements.number(narrow.dtype(), from, i * narrow.dtype().bytes());
                to.set(Elements.F32, i * Float.BYTES, (float) number);
              }
            });
    return new Operand(Location.constant(wide), DType.F32, narrow.extents());
  }
}
