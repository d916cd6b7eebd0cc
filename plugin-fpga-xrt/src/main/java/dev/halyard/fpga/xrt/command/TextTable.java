package dev.halyard.fpga.xrt.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    row(headings);
  }

  /** Adds a row, with a cell for each heading; a file's text can't move the terminal's cursor. */
  void row(String... cells) {
    rows.add(List.of(cells).stream().map(TextTable::printable).toList());
  }

  /** {@return whether there is the heading alone} */
  boolean isEmpty() {
    return rows.size() == 1;
  }

  /** Prints the rows, each after a gap; nothing where there is the heading alone. */
  void print(PrintWriter out) {
    if (!isEmpty()) {
      rows.forEach(row -> out.println(GAP + line(row)));
    }
  }

  static String printable(String text) {
    return text.replaceAll("\\p{C}", ".");
  }

  private String line(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < row.size(); column++) {
      String cell = row.get(column);
      line.append(cell).append(" ".repeat(width(column) - cell.length())).append(GAP);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
