package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the layout that {@link GraphCodec} documents, from bytes that may be hostile: nothing is
 * allocated for a count that the bytes left could not fill, and every fault is an {@link
 * InvalidGraphException} that tells where it was found.
 */
final class CanonicalReader {
  private final ByteBuffer in;
  private final Function<String, ? extends @Nullable MemorySegment> constants;

  private CanonicalReader(
      byte[] bytes, Function<String, ? extends @Nullable MemorySegment> constants) {
    this.in = ByteBuffer.wrap(bytes);
    this.constants = constants;
  }

  static Graph read(byte[] bytes, Function<String, ? extends @Nullable MemorySegment> constants) {
    CanonicalReader reader = new CanonicalReader(bytes, constants);
    try {
      return reader.file();
    } catch (InvalidGraphException e) {
      throw e;
    } catch (BufferUnderflowException e) {
      throw reader.fault("they end too early", e);
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      // What rules of dimensions, dtypes and shapes throw for values that no graph has.
      throw reader.fault(String.valueOf(e.getMessage()), e);
    }
  }

  private InvalidGraphException fault(String what) {
    return fault(what, null);
  }

  private InvalidGraphException fault(String what, @Nullable Throwable cause) {
    return new InvalidGraphException(
        "canonical bytes of a graph, near byte "
            + in.position()
            + " of "
            + in.limit()
            + ": "
            + what
            + "; write them again with Graph.canonicalBytes",
        cause);
  }

  private void require(boolean condition, String what) {
    if (!condition) {
      throw fault(what);
    }
  }

  private Graph file() {
    require(in.remaining() >= 5 && in.getInt() == GraphCodec.MAGIC, "they do not begin with HGRF");
    int version = in.get();
    require(
        version == GraphCodec.VERSION,
        "version " + version + " is unknown, known is " + GraphCodec.VERSION);
    Graph graph = graph(0);
    require(!in.hasRemaining(), in.remaining() + " bytes are left over");
    return graph;
  }

  private Graph graph(int depth) {
    require(depth <= GraphCodec.MAX_DEPTH, "composites are nested too deep");
    Graph.Builder graph = Graph.builder("canonical");
    List<Value> values = new ArrayList<>();
    int inputs = count(3);
    for (int i = 0; i < inputs; i++) {
      values.add(graph.input(text(), dtype(), shape()));
    }
    int states = count(3);
    for (int i = 0; i < states; i++) {
      values.add(graph.state(text(), dtype(), shape()));
    }
    int constantCount = count(34);
    for (int i = 0; i < constantCount; i++) {
      values.add(graph.constant(constant()));
    }
    int nodes = count(4);
    for (int i = 0; i < nodes; i++) {
      values.addAll(node(graph, values, depth));
    }
    int outputs = count(2);
    for (int i = 0; i < outputs; i++) {
      graph.output(text(), value(values));
    }
    int updates = count(2);
    for (int i = 0; i < updates; i++) {
      int state = index(states);
      graph.update(values.get(inputs + state), value(values));
    }
    return graph.build();
  }

  private List<Value> node(Graph.Builder graph, List<Value> values, int depth) {
    String op = text();
    Graph body = flag() ? graph(depth + 1) : null;
    Attributes attributes = attributes();
    Value[] operands = new Value[count(1)];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = value(values);
    }
    return body == null
        ? graph.op(op, attributes, operands)
        : graph.composite(op, attributes, body, operands);
  }

  private Tensor constant() {
    DType dtype = dtype();
    long[] shape = new long[rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = unsigned();
      require(shape[i] >= 0, "an extent of a constant is too large");
    }
    byte[] sha256 = new byte[32];
    in.get(sha256);
    String name = HexFormat.of().formatHex(sha256);
    long bytes = Math.multiplyExact(Shape.elements(shape), (long) dtype.bytes());
    MemorySegment content = constants.apply(name);
    if (content == null) {
      throw fault("there is no constant " + name);
    }
    require(
        content.byteSize() == bytes,
        "constant "
            + name
            + " takes "
            + bytes
            + " bytes, "
            + content.byteSize()
            + " were found under its name");
    Tensor tensor = tensor(content, dtype, shape);
    require(
        ConstantDigests.of(tensor).equals(name), "the content of constant " + name + " is another");
    return tensor;
  }

  private static Tensor tensor(MemorySegment content, DType dtype, long... shape) {
    boolean shareable =
        content.scope().equals(Arena.global().scope())
            && content.isNative()
            && content.address() % dtype.bytes() == 0;
    return shareable
        ? Tensor.wrap(content, dtype, shape)
        : Tensor.copyOf(TensorArena.ofAuto(), content, dtype, shape);
  }

  private Attributes attributes() {
    Attributes attributes = Attributes.none();
    int count = count(3);
    for (int i = 0; i < count; i++) {
      String name = text();
      require(!attributes.has(name), "attribute '" + name + "' occurs twice");
      attributes =
          switch (Op.Kind.of(in.get())) {
            case INTEGER -> attributes.with(name, integer());
            case NUMBER -> attributes.with(name, in.getDouble());
            case FLAG -> attributes.with(name, flag());
            case TEXT -> attributes.with(name, text());
            case DTYPE -> attributes.with(name, dtype());
            case INTEGERS -> attributes.with(name, integers());
            case SHAPE -> attributes.with(name, shape());
          };
    }
    return attributes;
  }

  private long[] integers() {
    long[] values = new long[count(1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer();
    }
    return values;
  }

  private Shape shape() {
    Dim[] dims = new Dim[rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dim(0);
    }
    return Shape.of(dims);
  }

  private int rank() {
    int rank = count(1);
    require(rank <= GraphCodec.MAX_RANK, "rank " + rank + " is above " + GraphCodec.MAX_RANK);
    return rank;
  }

  private Dim dim(int depth) {
    require(depth <= GraphCodec.MAX_DEPTH, "a dimension is nested too deep");
    Dim sum = Dim.of(integer());
    int terms = count(4);
    require(terms <= GraphCodec.MAX_TERMS, "a dimension of " + terms + " terms is too long");
    for (int i = 0; i < terms; i++) {
      boolean isFloor = flag();
      long factor = integer();
      Dim term =
          isFloor ? dim(depth + 1).floorDiv(integer()) : Dim.symbol(text(), integer(), integer());
      sum = sum.plus(term.times(factor));
    }
    return sum;
  }

  private DType dtype() {
    int code = in.get();
    return DType.values().stream()
        .filter(dtype -> dtype.code() == code)
        .findFirst()
        .orElseThrow(() -> fault("there is no dtype of code " + code));
  }

  private boolean flag() {
    byte flag = in.get();
    require(flag == 0 || flag == 1, "a flag must be 0 or 1, is " + flag);
    return flag == 1;
  }

  private String text() {
    byte[] bytes = new byte[count(1)];
    in.get(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw fault("a text is not UTF-8", e);
    }
  }

  private Value value(List<Value> values) {
    return values.get(index(values.size()));
  }

  private int index(int size) {
    long index = unsigned();
    require(
        index >= 0 && index < size, "value " + index + " is used, " + size + " are known so far");
    return (int) index;
  }

  /** {@return a count of items that take at least some bytes each, and so may all be there} */
  private int count(int bytesEach) {
    long count = unsigned();
    require(
        count >= 0 && count <= in.remaining() / bytesEach,
        count + " items cannot be in the " + in.remaining() + " bytes left");
    return (int) count;
  }

  private long integer() {
    long zigzag = unsigned();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  private long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw fault("an integer is longer than 64 bits");
  }
}
