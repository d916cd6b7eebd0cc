package dev.halyard.fpga.xrt.command;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON (RFC 8259), indented: maps, lists, strings, numbers, booleans and null. */
final class Json {
  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();

  private Json() {}

  static String text(@Nullable Object value) {
    Json json = new Json();
    json.append(value, "\n");
    return json.text.toString();
  }

  private void append(@Nullable Object value, String newLine) {
    switch (value) {
      case Map<?, ?> map -> {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          text.append(separator).append(newLine).append(INDENT);
          append(String.valueOf(entry.getKey()), newLine);
          text.append(": ");
          append(entry.getValue(), newLine + INDENT);
          separator = ",";
        }
        text.append(map.isEmpty() ? "{" : newLine).append('}');
      }
      case List<?> list -> {
        String separator = "[";
        for (Object element : list) {
          text.append(separator).append(newLine).append(INDENT);
          append(element, newLine + INDENT);
          separator = ",";
        }
        text.append(list.isEmpty() ? "[" : newLine).append(']');
      }
      case String string -> quote(string);
      case null, default -> text.append(value);
    }
  }

  private void quote(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        default -> {
          if (c < ' ' || c > '~') {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
