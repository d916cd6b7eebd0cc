package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Writes the layout that {@link GraphCodec} documents. */
final class CanonicalWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private CanonicalWriter() {}

  static byte[] write(Graph graph) {
    CanonicalWriter writer = new CanonicalWriter();
    writer.out.writeBytes(ByteBuffer.allocate(4).putInt(GraphCodec.MAGIC).array());
    writer.out.write(GraphCodec.VERSION);
    writer.graph(graph, 0);
    return writer.out.toByteArray();
  }

  private void graph(Graph graph, int depth) {
    if (depth > GraphCodec.MAX_DEPTH) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': composites nested deeper than "
              + GraphCodec.MAX_DEPTH
              + " have no canonical bytes; flatten their bodies");
    }
    CanonicalWalk walk = new CanonicalWalk(graph);
    List<Value> states = graph.states();
    List<Value> ports = graph.inputs();
    ports(ports.subList(0, ports.size() - states.size()));
    ports(states);
    count(walk.constants().size());
    walk.constants().forEach(this::constant);
    count(walk.nodes().size());
    walk.nodes().forEach(node -> node(node, walk, depth));
    outputs(graph, walk);
  }

  private void ports(List<Value> ports) {
    count(ports.size());
    for (Value port : ports) {
      text(port.name());
      out.write(port.dtype().code());
      shape(port.shape());
    }
  }

  private void constant(CanonicalWalk.Content content) {
    out.write(content.dtype().code());
    count(content.shape().rank());
    content.shape().dims().forEach(dim -> count(dim.constant()));
    out.writeBytes(HexFormat.of().parseHex(content.sha256()));
  }

  private void node(Node node, CanonicalWalk walk, int depth) {
    text(node.op());
    boolean hasBody = node.body().isPresent() && !Vocabulary.isReserved(node.op());
    out.write(hasBody ? 1 : 0);
    if (hasBody) {
      graph(node.body().get(), depth + 1);
    }
    count(node.attributes().names().size());
    node.attributes().accept(new AttributeWriter());
    count(node.inputs().size());
    node.inputs().forEach(operand -> count(walk.number(operand)));
  }

  /** Every state has an update, and the updates come last among the outputs. */
  private void outputs(Graph graph, CanonicalWalk walk) {
    List<String> stateNames = graph.states().stream().map(Value::name).toList();
    int plain = graph.outputs().size() - stateNames.size();
    count(plain);
    for (int i = 0; i < plain; i++) {
      text(graph.outputNames().get(i));
      count(walk.number(graph.outputs().get(i)));
    }
    count(stateNames.size());
    for (int i = plain; i < graph.outputs().size(); i++) {
      count(stateNames.indexOf(graph.outputNames().get(i)));
      count(walk.number(graph.outputs().get(i)));
    }
  }

  private void shape(Shape shape) {
    count(shape.rank());
    shape.dims().forEach(this::dim);
  }

  private void dim(Dim dim) {
    // The terms go to a writer of their own, since their number is known only after them.
    CanonicalWriter terms = new CanonicalWriter();
    int[] number = {0};
    long constant =
        dim.decompose(
            new Dim.Visitor() {
              @Override
              public void symbol(long factor, String name, long min, long max) {
                number[0]++;
                terms.out.write(0);
                terms.integer(factor);
                terms.text(name);
                terms.integer(min);
                terms.integer(max);
              }

              @Override
              public void floorDiv(long factor, Dim of, long divisor) {
                number[0]++;
                terms.out.write(1);
                terms.integer(factor);
                terms.dim(of);
                terms.integer(divisor);
              }
            });
    integer(constant);
    count(number[0]);
    out.writeBytes(terms.out.toByteArray());
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    count(bytes.length);
    out.writeBytes(bytes);
  }

  private void integer(long value) {
    unsigned((value << 1) ^ (value >> 63));
  }

  private void count(long value) {
    unsigned(value);
  }

  private void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Writes each attribute with the code of its kind. */
  private final class AttributeWriter implements Attributes.Visitor {
    private void begin(String name, Op.Kind kind) {
      text(name);
      out.write(kind.code());
    }

    @Override
    public void integer(String name, long value) {
      begin(name, Op.Kind.INTEGER);
      CanonicalWriter.this.integer(value);
    }

    @Override
    public void number(String name, double value) {
      begin(name, Op.Kind.NUMBER);
      out.writeBytes(ByteBuffer.allocate(8).putDouble(value).array());
    }

    @Override
    public void flag(String name, boolean value) {
      begin(name, Op.Kind.FLAG);
      out.write(value ? 1 : 0);
    }

    @Override
    public void text(String name, String value) {
      begin(name, Op.Kind.TEXT);
      CanonicalWriter.this.text(value);
    }

    @Override
    public void dtype(String name, DType value) {
      begin(name, Op.Kind.DTYPE);
      out.write(value.code());
    }

    @Override
    public void integers(String name, long[] value) {
      begin(name, Op.Kind.INTEGERS);
      count(value.length);
      for (long entry : value) {
        CanonicalWriter.this.integer(entry);
      }
    }

    @Override
    public void shape(String name, Shape value) {
      begin(name, Op.Kind.SHAPE);
      CanonicalWriter.this.shape(value);
    }

    private void text(String name) {
      CanonicalWriter.this.text(name);
    }
  }
}
