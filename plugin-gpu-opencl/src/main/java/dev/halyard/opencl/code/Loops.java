package dev.halyard.opencl.code;

import java.util.List;

/** Spreads the elements of a space over work-items, as the device's family likes it. */
final class Loops {
  static final int GROUP = DeviceModel.GPU_GROUP;

  /** Elements that one work-item of a CPU should have at least: a launch costs as much as 2^11. */
  private static final long LEAST_PER_ITEM = 2048;

  private static final long MOST_PER_ITEM = 16384;
  private static final int ITEMS_PER_UNIT = 4;

  private final DeviceModel device;
  private final KernelText kernel;

  Loops(DeviceModel device, KernelText kernel) {
    this.device = device;
    this.kernel = kernel;
  }

  /** What a loop over the rows of a space does. */
  interface Body {
    /** Declares what stays the same along a row. */
    void row(String indent, List<String> coordinates);

    /** Computes one element, or {@code width} of them, from a position of the row on. */
    void element(String indent, int width, String inner);
  }

  /** {@return the number of elements that a vector should have, where there are so many} */
  static int width(DeviceModel device, long elements) {
    int widest = device.family() == DeviceModel.Family.CPU ? 16 : 4;
    int width = widest;
    while (width > elements) {
      width /= 2;
    }
    return width < 4 ? 1 : width;
  }

  /** {@return how many elements a work-item should have, of so many that each cost so much} */
  static long perItem(DeviceModel device, long elements, long cost) {
    long even = elements / ((long) device.computeUnits() * ITEMS_PER_UNIT);
    long least = Math.max(1, LEAST_PER_ITEM / Math.max(1, cost));
    return Math.clamp(even, least, Math.max(least, MOST_PER_ITEM / Math.max(1, cost)));
  }

  /** Writes loops over all rows, and along each; {@return the launch} */
  Launch rows(KernelSet set, String base, String what, Space space, int width, Body body) {
    return device.family() == DeviceModel.Family.CPU
        ? rowsOfCpu(set, base, what, space, width, body)
        : rowsOfGpu(set, base, what, space, width, body);
  }

  private Launch rowsOfCpu(
      KernelSet set, String base, String what, Space space, int width, Body body) {
    long inner = space.inner();
    long rows = space.rows();
    long share = perItem(device, space.elements(), 1);
    long stretch = Math.min(inner, Math.ceilDiv(share, width) * width);
    long each = Math.clamp(share / inner, 1, rows);
    String type = KernelText.index(Math.max(inner, rows) + MOST_PER_ITEM);
    String indent = "  ";
    if (rows > 1) {
      kernel.add("  const %s first = get_global_id(1) * %d;".formatted(type, each));
      kernel.add(
          "  for (%s row = first; row < min(first + %d, (%s)%d); row++) {"
              .formatted(type, each, type, rows));
      indent = "    ";
    }
    body.row(indent, space.rowCoordinates("row"));
    long stretches = Math.ceilDiv(inner, stretch);
    if (stretches == 1) {
      kernel.add(indent + "const %s end = %d;".formatted(type, inner));
      kernel.add(indent + "%s i = 0;".formatted(type));
    } else {
      kernel.add(indent + "%s i = get_global_id(0) * %d;".formatted(type, stretch));
      kernel.add(
          indent + "const %s end = min(i + %d, (%s)%d);".formatted(type, stretch, type, inner));
    }
    if (width > 1) {
      kernel.add(indent + "for (; i + %d <= end; i += %d) {".formatted(width, width));
      body.element(indent + "  ", width, "i");
      kernel.add(indent + "}");
    }
    if (width == 1 || inner % width != 0) {
      kernel.add(indent + "for (; i < end; i++) {");
      body.element(indent + "  ", 1, "i");
      kernel.add(indent + "}");
    }
    if (rows > 1) {
      kernel.add("  }");
    }
    long[] global = {stretches, Math.ceilDiv(rows, each)};
    return kernel.launch(set, base, what, global, new long[] {1, 1});
  }

  private Launch rowsOfGpu(
      KernelSet set, String base, String what, Space space, int width, Body body) {
    long inner = space.inner();
    long pieces = Math.ceilDiv(inner, width);
    long total = space.rows() * pieces;
    String type = KernelText.index(space.elements() + GROUP);
    kernel.add("  const %s id = get_global_id(0);".formatted(type));
    kernel.add("  if (id >= %d) {\n    return;\n  }".formatted(total));
    if (space.rows() > 1) {
      kernel.add("  const %s row = id / %d;".formatted(type, pieces));
    }
    body.row("  ", space.rowCoordinates("row"));
    String piece = space.rows() > 1 ? "id % " + pieces : "id";
    if (width == 1) {
      kernel.add("  const %s i = %s;".formatted(type, piece));
      body.element("  ", 1, "i");
    } else {
      kernel.add("  %s i = %s * %d;".formatted(type, piece, width));
      kernel.add("  if (i + %d <= %d) {".formatted(width, inner));
      body.element("    ", width, "i");
      kernel.add("    return;\n  }");
      kernel.add("  for (; i < %d; i++) {".formatted(inner));
      body.element("    ", 1, "i");
      kernel.add("  }");
    }
    return kernel.launch(set, base, what, groups(total), new long[] {GROUP});
  }

  /** {@return a global size of whole groups with at least so many work-items} */
  static long[] groups(long items) {
    return new long[] {Math.ceilDiv(items, GROUP) * GROUP};
  }

  /**
   * Opens a loop in which {@code i} runs over a number of elements, each for one work-item only.
   *
   * @param elements how many; not 0
   * @param cost of one of them, in simple operations
   * @return what ends the kernel
   */
  Flat flat(long elements, long cost) {
    String type = KernelText.index(elements + MOST_PER_ITEM + GROUP);
    if (device.family() == DeviceModel.Family.CPU) {
      long each = perItem(device, elements, cost);
      kernel.add("  const %s first = get_global_id(0) * %d;".formatted(type, each));
      kernel.add(
          "  for (%s i = first; i < min(first + %d, (%s)%d); i++) {"
              .formatted(type, each, type, elements));
      return new Flat("  }", new long[] {Math.ceilDiv(elements, each)}, new long[] {1});
    }
    kernel.add("  const %s i = get_global_id(0);".formatted(type));
    kernel.add("  if (i < %d) {".formatted(elements));
    return new Flat("  }", groups(elements), new long[] {GROUP});
  }

  /** {@return what ends a kernel in which each work-group does one of so many things} */
  Flat group(long things) {
    return new Flat("", new long[] {things * GROUP}, new long[] {GROUP});
  }

  /** What ends a loop that {@link #flat} has opened. */
  final class Flat {
    private final String end;
    private final long[] global;
    private final long[] local;

    private Flat(String end, long[] global, long[] local) {
      this.end = end;
      this.global = global;
      this.local = local;
    }

    Launch launch(KernelSet set, String base, String what) {
      if (!end.isEmpty()) {
        kernel.add(end);
      }
      return kernel.launch(set, base, what, global, local);
    }
  }
}
