package dev.halyard;

import dev.halyard.spi.BFloat16;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A dense, row-major array of elements in native memory.
 *
 * <p>A tensor is a view: it holds no memory of its own but a segment of a {@link TensorArena} (or
 * of the JDK's global scope), and it is as safe to share between threads as that segment. Reading
 * or writing a tensor while a run uses it gives no defined values, but is never unsafe.
 */
public final class Tensor {
  private final @Nullable TensorArena arena;
  private final MemorySegment segment;
  private final DType dtype;
  private final long[] shape;

  private Tensor(@Nullable TensorArena arena, MemorySegment segment, DType dtype, long[] shape) {
    this.arena = arena;
    this.segment = segment;
    this.dtype = dtype;
    this.shape = shape;
  }

  /**
   * Takes a segment of an arena as a tensor, without copying.
   *
   * @param arena the arena that the segment was allocated or mapped in
   * @param segment native memory of exactly the size of the tensor, aligned to the element's size
   * @param dtype the element type
   * @param shape the extents, outermost first
   * @return the tensor
   * @throws IllegalArgumentException if the segment is on the heap, misaligned, of another size or
   *     of another arena
   */
  public static Tensor wrap(TensorArena arena, MemorySegment segment, DType dtype, long... shape) {
    if (!segment.scope().equals(arena.scope())) {
      throw new IllegalArgumentException(
          "Tensor.wrap: the segment was not allocated in the arena given; use Tensor.copyOf");
    }
    return checked(arena, segment, dtype, shape);
  }

  /**
   * Takes a segment of the global scope as a tensor, without copying.
   *
   * @param segment as for {@link #wrap(TensorArena, MemorySegment, DType, long...)}
   * @param dtype the element type
   * @param shape the extents, outermost first
   * @return the tensor
   * @throws IllegalArgumentException if the segment is not of the global scope, misaligned or of
   *     another size
   */
  public static Tensor wrap(MemorySegment segment, DType dtype, long... shape) {
    if (!segment.scope().equals(Arena.global().scope())) {
      throw new IllegalArgumentException(
          "Tensor.wrap: the segment's scope can be closed behind a running device; allocate it in a"
              + " TensorArena and name that, or use Tensor.copyOf");
    }
    return checked(null, segment, dtype, shape);
  }

  private static Tensor checked(
      @Nullable TensorArena arena, MemorySegment segment, DType dtype, long[] shape) {
    long bytes = Math.multiplyExact(Shape.elements(checkedShape(shape)), (long) dtype.bytes());
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "Tensor.wrap: heap memory cannot be given to devices; use Tensor.copyOf");
    }
    if (segment.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "Tensor.wrap: "
              + dtype
              + Arrays.toString(shape)
              + " takes "
              + bytes
              + " bytes, the segment has "
              + segment.byteSize());
    }
    if (segment.address() % dtype.bytes() != 0) {
      throw new IllegalArgumentException(
          "Tensor.wrap: the segment at 0x"
              + Long.toHexString(segment.address())
              + " is not aligned to the "
              + dtype.bytes()
              + " bytes of "
              + dtype
              + "; use Tensor.copyOf");
    }
    return new Tensor(arena, segment, dtype, shape.clone());
  }

  /**
   * {@return the argument, once it is known to be a shape}
   *
   * @param shape the extents
   * @throws IllegalArgumentException if one is negative
   */
  public static long[] checkedShape(long... shape) {
    if (Arrays.stream(shape).anyMatch(extent -> extent < 0)) {
      throw new IllegalArgumentException(
          "a tensor cannot have the shape " + Arrays.toString(shape) + "; extents are at least 0");
    }
    return shape;
  }

  /**
   * Copies memory of any kind into a new tensor.
   *
   * @param arena where the tensor is allocated
   * @param from at least as many bytes as the tensor takes; may be on the heap
   * @param dtype the element type
   * @param shape the extents, outermost first
   * @return the tensor
   * @throws IllegalArgumentException if there are fewer bytes than that
   */
  public static Tensor copyOf(TensorArena arena, MemorySegment from, DType dtype, long... shape) {
    Tensor copy = arena.allocate(dtype, shape);
    return copy.copyFrom(from.asSlice(0, requireBytes(copy, from.byteSize())));
  }

  private static long requireBytes(Tensor tensor, long bytes) {
    if (bytes < tensor.byteSize()) {
      throw new IllegalArgumentException(
          tensor + " takes " + tensor.byteSize() + " bytes, found " + bytes);
    }
    return tensor.byteSize();
  }

  /**
   * {@return a new F32 tensor that lives as long as it is reachable}
   *
   * @param values one per element, row-major
   * @param shape the extents; none for a vector of all values
   */
  public static Tensor of(float[] values, long... shape) {
    return TensorArena.ofAuto()
        .allocate(DType.F32, orVector(shape, values.length))
        .copyFrom(values);
  }

  /**
   * {@return a new F64 tensor that lives as long as it is reachable}
   *
   * @param values one per element, row-major
   * @param shape the extents; none for a vector of all values
   */
  public static Tensor of(double[] values, long... shape) {
    return TensorArena.ofAuto()
        .allocate(DType.F64, orVector(shape, values.length))
        .copyFrom(values);
  }

  /**
   * {@return a new I32 tensor that lives as long as it is reachable}
   *
   * @param values one per element, row-major
   * @param shape the extents; none for a vector of all values
   */
  public static Tensor of(int[] values, long... shape) {
    return TensorArena.ofAuto()
        .allocate(DType.I32, orVector(shape, values.length))
        .copyFrom(values);
  }

  /**
   * {@return a new I64 tensor that lives as long as it is reachable}
   *
   * @param values one per element, row-major
   * @param shape the extents; none for a vector of all values
   */
  public static Tensor of(long[] values, long... shape) {
    return TensorArena.ofAuto()
        .allocate(DType.I64, orVector(shape, values.length))
        .copyFrom(values);
  }

  /**
   * {@return a new scalar that lives as long as it is reachable}
   *
   * @param dtype the element type
   * @param value converted as {@link #setDouble} does
   */
  public static Tensor scalar(DType dtype, double value) {
    Tensor scalar = TensorArena.ofAuto().allocate(dtype);
    scalar.setDouble(0, value);
    return scalar;
  }

  private static long[] orVector(long[] shape, int length) {
    // A one-element array with no shape is a vector of one; a scalar is made by scalar().
    return shape.length == 0 ? new long[] {length} : shape;
  }

  /** {@return the element type} */
  public DType dtype() {
    return dtype;
  }

  /** {@return the extents, in a new array} */
  public long[] shape() {
    return shape.clone();
  }

  /** {@return the number of elements} */
  public long elements() {
    return segment.byteSize() / dtype.bytes();
  }

  /** {@return the size in bytes} */
  public long byteSize() {
    return segment.byteSize();
  }

  /** {@return the memory} */
  public MemorySegment segment() {
    return segment;
  }

  /** {@return the arena that owns the memory, or null for the global scope} */
  public @Nullable TensorArena arena() {
    return arena;
  }

  /**
   * Copies bytes in.
   *
   * @param from exactly as many bytes as this tensor takes
   * @return this
   * @throws IllegalArgumentException if the sizes differ
   */
  public Tensor copyFrom(MemorySegment from) {
    if (from.byteSize() != byteSize()) {
      throw new IllegalArgumentException(
          this + " takes " + byteSize() + " bytes, found " + from.byteSize());
    }
    segment.copyFrom(from);
    return this;
  }

  /**
   * Copies values in, rounding to nearest even for F16 and BF16.
   *
   * @param values one per element, row-major
   * @return this
   * @throws IllegalArgumentException if the count differs, or this is not F32, F16 or BF16
   */
  public Tensor copyFrom(float[] values) {
    requireCount(values.length, "float[]");
    switch (dtype.name()) {
      case "F32" ->
          MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
      case "F16", "BF16" -> {
        for (int i = 0; i < values.length; i++) {
          setDouble(i, values[i]);
        }
      }
      default -> throw mismatch("float[]", "F32, F16 or BF16");
    }
    return this;
  }

  /**
   * Copies values in.
   *
   * @param values one per element, row-major
   * @return this
   * @throws IllegalArgumentException if the count differs, or this is not F64
   */
  public Tensor copyFrom(double[] values) {
    return copyFrom(MemorySegment.ofArray(values), values.length, "double[]", DType.F64);
  }

  /**
   * Copies values in.
   *
   * @param values one per element, row-major
   * @return this
   * @throws IllegalArgumentException if the count differs, or this is not I32
   */
  public Tensor copyFrom(int[] values) {
    return copyFrom(MemorySegment.ofArray(values), values.length, "int[]", DType.I32);
  }

  /**
   * Copies values in.
   *
   * @param values one per element, row-major
   * @return this
   * @throws IllegalArgumentException if the count differs, or this is not I64
   */
  public Tensor copyFrom(long[] values) {
    return copyFrom(MemorySegment.ofArray(values), values.length, "long[]", DType.I64);
  }

  /**
   * Copies values in.
   *
   * @param values one per element, row-major
   * @return this
   * @throws IllegalArgumentException if the count differs, or this is not I16
   */
  public Tensor copyFrom(short[] values) {
    return copyFrom(MemorySegment.ofArray(values), values.length, "short[]", DType.I16);
  }

  /**
   * Copies values in.
   *
   * @param values one per element, row-major; for BOOL each 0 or 1
   * @return this
   * @throws IllegalArgumentException if the count differs, or this is not I8, U8 or BOOL
   */
  public Tensor copyFrom(byte[] values) {
    return copyFrom(
        MemorySegment.ofArray(values),
        values.length,
        "byte[]",
        dtype.bytes() == 1 ? dtype : DType.I8);
  }

  private Tensor copyFrom(MemorySegment values, int count, String kind, DType wanted) {
    requireCount(count, kind);
    if (dtype != wanted) {
      throw mismatch(kind, wanted.name());
    }
    segment.copyFrom(values);
    return this;
  }

  /**
   * Copies the values out, widening F16 and BF16.
   *
   * @param values one per element, row-major
   * @throws IllegalArgumentException if the count differs, or this is not F32, F16 or BF16
   */
  public void copyTo(float[] values) {
    requireCount(values.length, "float[]");
    switch (dtype.name()) {
      case "F32" ->
          MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
      case "F16", "BF16" -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) getDouble(i);
        }
      }
      default -> throw mismatch("float[]", "F32, F16 or BF16");
    }
  }

  /**
   * {@return the values of an F32, F16 or BF16 tensor, in a new array}
   *
   * @throws IllegalArgumentException for another element type
   */
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(elements())];
    copyTo(values);
    return values;
  }

  /** {@return the values, each converted to a double as {@link #getDouble} does, in a new array} */
  public double[] toDoubles() {
    double[] values = new double[Math.toIntExact(elements())];
    Arrays.setAll(values, this::getDouble);
    return values;
  }

  /**
   * {@return the values, each converted to a long as {@link #getLong} does, in a new array}
   *
   * @throws IllegalArgumentException if the element type is a float
   */
  public long[] toLongs() {
    long[] values = new long[Math.toIntExact(elements())];
    Arrays.setAll(values, this::getLong);
    return values;
  }

  /**
   * {@return one element as a double; exact but for I64 beyond 2^53}
   *
   * @param index the row-major index
   */
  public double getDouble(long index) {
    return switch (dtype.name()) {
      case "F32" -> segment.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case "F64" -> segment.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
      case "F16" -> Float.float16ToFloat(segment.getAtIndex(ValueLayout.JAVA_SHORT, index));
      case "BF16" -> BFloat16.toFloat(segment.getAtIndex(ValueLayout.JAVA_SHORT, index));
      default -> getLong(index);
    };
  }

  /**
   * {@return one element of an integer or BOOL tensor}
   *
   * @param index the row-major index
   * @throws IllegalArgumentException if the element type is a float
   */
  public long getLong(long index) {
    return switch (dtype.name()) {
      case "I8" -> segment.getAtIndex(ValueLayout.JAVA_BYTE, index);
      case "U8" -> segment.getAtIndex(ValueLayout.JAVA_BYTE, index) & 0xFF;
      case "BOOL" -> segment.getAtIndex(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
      case "I16" -> segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
      case "I32" -> segment.getAtIndex(ValueLayout.JAVA_INT, index);
      case "I64" -> segment.getAtIndex(ValueLayout.JAVA_LONG, index);
      default -> throw mismatch("long", "an integer type or BOOL");
    };
  }

  /**
   * Sets one element, rounding once to nearest even for floats and as {@code (long) value} for
   * integers (the low bits are kept); BOOL becomes {@code value != 0}.
   *
   * @param index the row-major index
   * @param value the value
   */
  public void setDouble(long index, double value) {
    switch (dtype.name()) {
      case "F32" -> segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
      case "F64" -> segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
      case "F16" ->
          segment.setAtIndex(
              ValueLayout.JAVA_SHORT, index, Float.floatToFloat16(roundedToOdd(value)));
      case "BF16" ->
          segment.setAtIndex(
              ValueLayout.JAVA_SHORT, index, BFloat16.fromFloat(roundedToOdd(value)));
      case "BOOL" -> setLong(index, value != 0 ? 1 : 0);
      default -> setLong(index, (long) value);
    }
  }

  /**
   * {@return a double as a float, inexact ones with their last bit set}
   *
   * <p>A tie of a narrower type then stays told from its neighbours, so that rounding this float
   * rounds the double once (S. Boldo and G. Melquiond, "When double rounding is odd", 2005).
   */
  private static float roundedToOdd(double value) {
    float nearest = (float) value;
    boolean exact = nearest == value || Double.isNaN(value);
    if (exact || (Float.floatToRawIntBits(nearest) & 1) == 1) {
      return nearest;
    }
    return nearest > value ? Math.nextDown(nearest) : Math.nextUp(nearest);
  }

  /**
   * Sets one element of an integer or BOOL tensor; the low bits are kept, BOOL becomes {@code value
   * != 0}.
   *
   * @param index the row-major index
   * @param value the value
   * @throws IllegalArgumentException if the element type is a float
   */
  public void setLong(long index, long value) {
    switch (dtype.name()) {
      case "I8", "U8" -> segment.setAtIndex(ValueLayout.JAVA_BYTE, index, (byte) value);
      case "BOOL" -> segment.setAtIndex(ValueLayout.JAVA_BYTE, index, (byte) (value != 0 ? 1 : 0));
      case "I16" -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) value);
      case "I32" -> segment.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
      case "I64" -> segment.setAtIndex(ValueLayout.JAVA_LONG, index, value);
      default -> throw mismatch("long", "an integer type or BOOL");
    }
  }

  private void requireCount(long count, String kind) {
    if (count != elements()) {
      throw new IllegalArgumentException(
          this + " has " + elements() + " elements, the " + kind + " has " + count);
    }
  }

  private IllegalArgumentException mismatch(String kind, String wanted) {
    return new IllegalArgumentException(
        this + " does not exchange values as " + kind + "; that is for " + wanted);
  }

  /** {@return the element type and shape, such as {@code F32[1, 784]}} */
  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }
}
