package dev.halyard.fpga.xrt.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTests {
  @Test
  void valuesAreNestedAndIndented() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("list", Arrays.asList(1, null, true));
    object.put("empty", List.of());
    object.put("object", Map.of());

    assertEquals(
        """
        {
          "list": [
            1,
            null,
            true
          ],
          "empty": [],
          "object": {}
        }\
        """,
        Json.text(object));
  }

  @Test
  void charactersThatJsonOrTerminalsMindAreEscaped() {
    assertEquals("\"a\\\"b\\\\c\\u000a\\u001b\\u00e9\"", Json.text("a\"b\\c\n\u001b\u00e9"));
  }
}
