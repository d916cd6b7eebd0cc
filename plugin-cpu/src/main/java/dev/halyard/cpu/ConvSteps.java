package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions. In F32 the input under a block of output pixels is gathered into a packed matrix
 * and multiplied by the weights; channels that meet one input channel each are summed row by row.
 */
final class ConvSteps {
  // The gathered matrix of a block of pixels stays in the second-level cache.
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final int MIN_OUTPUTS = 4;

  private final NodeLowering node;
  private final Kernels kernels;
  private final Operand x;
  private final Operand weights;
  private final ConvShape shape;

  private ConvSteps(NodeLowering node, Operand x, Operand weights, Operand result) {
    this.node = node;
    this.x = x;
    this.weights = weights;
    kernels = node.lowering().kernels();
    shape = ConvShape.of(node, x, weights, result);
  }

  static void lower(NodeLowering node) {
    Operand x = node.widened(0);
    Operand weights = node.widened(1);
    Operand extents = new Operand(x.where(), x.dtype(), node.region().extents(node.result()));
    ConvSteps steps = new ConvSteps(node, x, weights, extents);
    if (Kind.of(x.dtype()) != Kind.F32) {
      steps.general();
      return;
    }
    if (MatmulSteps.isAlone(node, node.result())) {
      steps.add(node.out(0), null);
      return;
    }
    Chain chain = node.region().epilogue(node.result(), 2);
    if (chain != null) {
      steps.add(null, chain);
    } else {
      Operand to = node.wideOut(0);
      steps.add(to, null);
      node.narrow(0, to);
    }
  }

  private void add(@Nullable Operand to, @Nullable Chain chain) {
    if (shape.outputs < MIN_OUTPUTS && shape.channels < MIN_OUTPUTS) {
      rows(to, chain);
    } else {
      gathered(to, chain);
    }
  }

  private String text(String how, @Nullable Chain chain) {
    return "conv "
        + how
        + ", "
        + shape.images
        + "x"
        + shape.groups * shape.outputs
        + "x"
        + shape.pixels
        + " of "
        + shape.products()
        + " products"
        + (chain == null ? "" : ", then " + chain);
  }

  private double units(@Nullable Chain chain) {
    return (double) shape.images
        * shape.groups
        * shape.outputs
        * shape.pixels
        * (1 + (double) shape.products() / kernels.lanes() + MatmulSteps.cost(chain));
  }

  private void gathered(@Nullable Operand to, @Nullable Chain chain) {
    int k = shape.products();
    int pixels = shape.pixels;
    int width = kernels.panelWidth(pixels);
    long fit = Math.max(1, BLOCK_BYTES / 4 / Math.max(1, k) / width);
    long panels = Math.max(1, Math.ceilDiv(pixels, width));
    long parts = Math.max(1, shape.images * shape.groups);
    int workers = node.lowering().workers();
    long wanted = Math.ceilDiv(workers == 1 ? 1 : 2L * workers, parts);
    long blocks = Math.clamp(Math.max(Math.ceilDiv(panels, fit), wanted), 1, panels);
    int block = Math.toIntExact(Math.ceilDiv(panels, blocks) * width);
    long count = Math.ceilDiv(pixels, block);
    int rows =
        Math.toIntExact(Math.clamp(BLOCK_BYTES / 8 / block, 12, Math.max(12, shape.outputs)));
    long packedBytes = Lowering.aligned(kernels.packedBytes(k, block, width));
    long panelBytes = chain == null ? 0 : Lowering.aligned((long) rows * block * 4);
    node.add(
        text("in blocks of " + block + " pixels by " + kernels.productText(width), chain),
        pixels == 0 ? 0 : shape.images * shape.groups * count,
        units(chain),
        packedBytes + panelBytes + (chain == null ? 0 : chain.scratchBytes()),
        memory -> {
          MemorySegment scratch = memory.workspace();
          MemorySegment source = memory.at(x);
          MemorySegment factors = memory.at(weights);
          MemorySegment target = to == null ? scratch : memory.at(to);
          ChainRunner runner =
              chain == null ? null : new ChainRunner(chain, memory, packedBytes + panelBytes);
          return (first, last, worker) -> {
            long packed = memory.scratchAt() + worker * memory.scratchBytes();
            long panel = packed + packedBytes;
            for (long piece = first; piece < last; piece++) {
              int from = (int) (piece % count) * block;
              int end = Math.min(from + block, pixels);
              long group = piece / count;
              gather(source, group, from, end, width, scratch, packed);
              for (long row = 0; row < shape.outputs; row += rows) {
                int some = (int) Math.min(rows, shape.outputs - row);
                long channel = group * shape.outputs + row;
                long a = (group % shape.groups * shape.outputs + row) * k * 4;
                long c = runner == null ? 4 * (channel * pixels + from) : panel;
                int ldc = runner == null ? pixels : end - from;
                kernels.matmul(
                    factors, a, k, scratch, packed, width, target, c, ldc, some, k, end - from);
                if (runner != null) {
                  runner.rectangle(worker, channel, channel + some, from, end, panel, ldc * 4L);
                }
              }
            }
          };
        });
  }

  /** Packs the input under pixels [from, to) of an image's group of channels. */
  private void gather(
      MemorySegment source,
      long group,
      int from,
      int to,
      int width,
      MemorySegment packed,
      long at) {
    int k = shape.products();
    long base = group * shape.channels * shape.inPixels();
    if (shape.isPointwise()) {
      int pixels = shape.pixels;
      long first = 4 * (base + from);
      kernels.pack(source, first, pixels, 1, k, 0, to - from, width, packed, at);
      return;
    }
    for (int panel = from; panel < to; panel += width) {
      int end = Math.min(panel + width, to);
      for (int i = 0; i < k; i++) {
        long plane = base + i / shape.windowSize * shape.inPixels();
        long target = at + 4L * ((long) (panel - from) * k + (long) i * width);
        gatherRow(source, plane, i % shape.windowSize, panel, end, packed, target);
        for (int pixel = end; pixel < panel + width; pixel++) {
          packed.set(Elements.F32, target + 4L * (pixel - panel), 0f);
        }
      }
    }
  }

  private void gatherRow(
      MemorySegment source,
      long plane,
      long windowElement,
      int from,
      int to,
      MemorySegment packed,
      long at) {
    int length = shape.rowLength();
    int[] inner = shape.innerSources();
    int start = shape.innerStart(windowElement);
    int pixel = from;
    while (pixel < to) {
      int row = pixel / length;
      int column = pixel - row * length;
      int end = Math.min(length, column + to - pixel);
      long begin = shape.sourceRow(windowElement, row);
      long target = at + 4L * (pixel - from);
      for (int i = column; i < end; i++) {
        int position = begin < 0 ? -1 : inner[start + i];
        float value = position < 0 ? 0f : source.get(Elements.F32, 4 * (plane + begin + position));
        packed.set(Elements.F32, target + 4L * (i - column), value);
      }
      pixel += end - column;
    }
  }

  /** Few channels per group: each output channel is a sum of shifted and weighted rows. */
  private void rows(@Nullable Operand to, @Nullable Chain chain) {
    long panelBytes = chain == null ? 0 : Lowering.aligned(shape.pixels * 4L);
    long all = shape.groups * shape.outputs;
    node.add(
        text("by rows", chain),
        shape.pixels == 0 ? 0 : shape.images * all,
        units(chain) * 2,
        panelBytes + (chain == null ? 0 : chain.scratchBytes()),
        memory -> {
          MemorySegment source = memory.at(x);
          MemorySegment factors = memory.at(weights);
          MemorySegment target = to == null ? memory.workspace() : memory.at(to);
          ChainRunner runner = chain == null ? null : new ChainRunner(chain, memory, panelBytes);
          return (first, last, worker) -> {
            long panel = memory.scratchAt() + worker * memory.scratchBytes();
            for (long channel = first; channel < last; channel++) {
              long at = runner == null ? channel * shape.pixels * 4 : panel;
              channel(source, factors, channel, target, at);
              if (runner != null) {
                runner.rectangle(worker, channel, channel + 1, 0, shape.pixels, panel, panelBytes);
              }
            }
          };
        });
  }

  private void channel(
      MemorySegment source, MemorySegment factors, long channel, MemorySegment to, long at) {
    kernels.fill(0, to, at, shape.pixels);
    long group = channel / shape.outputs;
    long output = channel % (shape.groups * shape.outputs);
    int length = shape.rowLength();
    long outRows = length == 0 ? 0 : shape.pixels / length;
    for (int i = 0; i < shape.products(); i++) {
      long element = i % shape.windowSize;
      long plane = (group * shape.channels + i / shape.windowSize) * shape.inPixels();
      float factor = factors.get(Elements.F32, 4 * (output * shape.products() + i));
      for (long row = 0; row < outRows; row++) {
        long begin = shape.sourceRow(element, row);
        if (begin >= 0) {
          addRow(source, plane + begin, element, factor, to, at + 4 * row * length);
        }
      }
    }
  }

  private void addRow(
      MemorySegment source, long row, long element, float factor, MemorySegment to, long at) {
    int length = shape.rowLength();
    int[] inner = shape.innerSources();
    int start = shape.innerStart(element);
    int from = 0;
    while (from < length && inner[start + from] < 0) {
      from++;
    }
    int end = length;
    while (end > from && inner[start + end - 1] < 0) {
      end--;
    }
    if (from == end) {
      return;
    }
    int span = inner[start + end - 1] - inner[start + from];
    if (span == end - from - 1) {
      long first = 4 * (row + inner[start + from]);
      kernels.axpy(factor, source, first, to, at + 4L * from, end - from);
      return;
    }
    for (int i = from; i < end; i++) {
      int position = inner[start + i];
      if (position >= 0) {
        float product = factor * source.get(Elements.F32, 4 * (row + position));
        to.set(Elements.F32, at + 4L * i, to.get(Elements.F32, at + 4L * i) + product);
      }
    }
  }

  /** Any type, element by element. */
  private void general() {
    Operand to = node.out(0);
    int length = shape.rowLength();
    node.add(
        text("general", null),
        to.elements(),
        to.elements() * (shape.products() + 1.0) * 6,
        memory -> {
          MemorySegment target = memory.at(to);
          GeneralProducts.Product product =
              new GeneralProducts.Product(
                  x.dtype(), memory.at(x), weights.dtype(), memory.at(weights));
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long channel = i / shape.pixels;
              long pixel = i % shape.pixels;
              long sum = 0;
              for (int j = 0; j < shape.products(); j++) {
                long element = j % shape.windowSize;
                long begin = shape.sourceRow(element, pixel / length);
                int column = (int) (pixel % length) + shape.innerStart(element);
                int position = begin < 0 ? -1 : shape.innerSources()[column];
                if (position >= 0) {
                  long plane = channel / shape.outputs * shape.channels + j / shape.windowSize;
                  long weight = channel % (shape.groups * shape.outputs) * shape.products() + j;
                  long at = plane * shape.inPixels() + begin + position;
                  sum = product.plus(sum, product.sum(at, 0, weight, 0, 1));
                }
              }
              product.put(to.dtype(), target, i, sum);
            }
          };
        });
  }
}
