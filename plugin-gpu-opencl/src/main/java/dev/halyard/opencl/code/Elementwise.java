package dev.halyard.opencl.code;

import java.util.Arrays;
import java.util.List;

/** Kernels of elementwise chains. */
final class Elementwise {
  private Elementwise() {}

  /**
   * Adds the launch of a chain.
   *
   * @param lowering what it is part of
   * @param what it computes, for people
   * @param chain its expressions, which hold no anchor
   */
  static void add(Lowering lowering, String what, Chain chain) {
    if (Arrays.stream(chain.extents()).anyMatch(extent -> extent == 0)) {
      return;
    }
    KernelText kernel = new KernelText();
    Space space = Space.of(chain.extents(), chain.strides());
    int width = chain.hasVectorForm() ? Loops.width(lowering.device(), space.inner()) : 1;
    Loops.Body body =
        new Loops.Body() {
          private Chain.Place place = chain.nowhere();

          @Override
          public void row(String indent, List<String> coordinates) {
            place = chain.place(kernel, indent, space, coordinates);
          }

          @Override
          public void element(String indent, int wide, String inner) {
            place.body(kernel.body(), indent, wide, inner, "");
          }
        };
    lowering.add(
        new Loops(lowering.device(), kernel)
            .rows(lowering.kernels(), "chain", what, space, width, body));
  }
}
