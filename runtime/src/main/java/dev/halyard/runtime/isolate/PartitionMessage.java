package dev.halyard.runtime.isolate;

import dev.halyard.runtime.compile.PartitionOutline;
import dev.halyard.runtime.compile.PartitionOutline.RegionOutline;
import java.util.List;

/** A partition on its way to the child, beside its graph. */
final class PartitionMessage {
  private PartitionMessage() {}

  static void write(PartitionOutline partition, MessageWriter out) {
    out.each(partition.regions(), PartitionMessage::write);
    Descriptions.write(partition.permissions(), out);
  }

  private static void write(MessageWriter out, RegionOutline region) {
    out.text(region.name()).flag(region.whole()).each(region.nodes(), MessageWriter::count);
    out.number(region.anchor());
  }

  static PartitionOutline read(MessageReader in) {
    List<RegionOutline> regions = in.each(PartitionMessage::region);
    return new PartitionOutline(regions, Descriptions.permissions(in));
  }

  private static RegionOutline region(MessageReader in) {
    String name = in.text();
    boolean whole = in.flag();
    List<Integer> nodes = in.each(MessageReader::count);
    return new RegionOutline(name, whole, nodes, (int) in.number());
  }
}
