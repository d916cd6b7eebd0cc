package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A kernel that is being written: its buffers and its statements. */
final class KernelText {
  private final List<Location> buffers = new ArrayList<>();
  private final Map<String, String> pointers = new LinkedHashMap<>();
  private final StringBuilder declarations = new StringBuilder();
  private final StringBuilder body = new StringBuilder();
  private int numbers;

  StringBuilder body() {
    return body;
  }

  /** {@return a number that no other variable of the kernel has} */
  int nextNumber() {
    return numbers++;
  }

  /** Adds lines, each as it is. */
  void add(String lines) {
    body.append(lines);
    if (!lines.endsWith("\n")) {
      body.append('\n');
    }
  }

  /** {@return a pointer to the elements of a tensor that is read} */
  String read(Operand operand) {
    return pointer(operand.where(), "global const " + Types.storage(operand.dtype()) + " *");
  }

  /** {@return a pointer to the elements of a tensor that is written} */
  String write(Operand operand) {
    return pointer(operand.where(), "global " + Types.storage(operand.dtype()) + " *");
  }

  /** {@return a pointer to the elements of a tensor that is read and only moved} */
  String readBits(Operand operand) {
    return pointer(operand.where(), "global const " + Types.bits(operand.dtype()) + " *");
  }

  /** {@return a pointer to where elements are moved} */
  String writeBits(Operand operand) {
    return pointer(operand.where(), "global " + Types.bits(operand.dtype()) + " *");
  }

  private String pointer(Location where, String type) {
    int index = buffers.indexOf(where);
    if (index < 0) {
      index = buffers.size();
      buffers.add(where);
    }
    int buffer = index;
    return pointers.computeIfAbsent(
        index + type,
        key -> {
          String name = (type.contains("const") ? "in" : "out") + pointers.size();
          declarations.append(
              "  %s%s = (%s)(memory%d + offset%d);\n".formatted(type, name, type, buffer, buffer));
          return name;
        });
  }

  /**
   * Ends the kernel.
   *
   * @param set where it goes
   * @param base the first part of its name
   * @param what it computes, for people
   * @param global the number of work-items along each axis
   * @param local the size of a work-group
   * @return the launch
   */
  Launch launch(KernelSet set, String base, String what, long[] global, long[] local) {
    StringBuilder parameters = new StringBuilder();
    for (int i = 0; i < buffers.size(); i++) {
      parameters
          .append(i == 0 ? "" : ", ")
          .append("global uchar *memory%d, ulong offset%d".formatted(i, i));
    }
    StringBuilder size = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      size.append(i == 0 ? "" : ", ").append(i < local.length ? local[i] : 1);
    }
    String head = "kernel __attribute__((reqd_work_group_size(" + size + ")))\nvoid ";
    String rest = "(" + parameters + ") {\n" + declarations + body + "}\n";
    String name = set.add(base, head, rest);
    return new Launch(what, name, List.copyOf(buffers), global, local);
  }

  /** {@return the C type that holds an index below a bound} */
  static String index(long bound) {
    return bound < Integer.MAX_VALUE ? "uint" : "ulong";
  }

  /** {@return whether a type may be read at a width above 1} */
  static boolean isVector(DType dtype) {
    return Types.isFloat(dtype) || dtype == DType.BOOL;
  }
}
