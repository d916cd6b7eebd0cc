package dev.halyard.runtime.isolate;

import dev.halyard.internal.Node;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A claim or refusal, by the positions of its nodes. */
record ClaimLine(int kind, List<Integer> nodes, @Nullable Duration build, String reason) {
  static final int WHOLE = 0;
  static final int FUSABLE = 1;
  static final int REFUSED = 2;

  void repeat(List<Node> order, ClaimSink sink) {
    List<Node> named = nodes.stream().map(order::get).toList();
    Cost cost = build == null ? Cost.ready() : Cost.needsBuild(build);
    switch (kind) {
      case WHOLE -> sink.whole(named, cost);
      case FUSABLE -> sink.fusable(named.getFirst(), cost);
      default -> sink.refuse(named.getFirst(), reason);
    }
  }

  static void write(MessageWriter out, ClaimLine line) {
    out.count(line.kind).each(line.nodes, MessageWriter::count);
    out.number(line.build == null ? -1 : line.build.toMillis()).text(line.reason);
  }

  /** Reads a line about a graph of some number of nodes. */
  static ClaimLine read(MessageReader in, int nodes) {
    int kind = in.count();
    List<Integer> named = in.each(MessageReader::count);
    long millis = in.number();
    String reason = in.text();
    boolean one = kind == WHOLE || named.size() == 1;
    if (!one || named.stream().anyMatch(node -> node >= nodes)) {
      throw new ProtocolException("a claim of kind " + kind + " on the nodes " + named);
    }
    return new ClaimLine(kind, named, millis < 0 ? null : Duration.ofMillis(millis), reason);
  }
}
