package dev.halyard.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceDescriptorTests {
  /** Map.copyOf has an order of its own in every JVM, and a list that changes keys no cache. */
  @Test
  void propertiesKeepTheOrderInWhichTheyWereGiven() {
    List<String> names = List.of("threads", "vector", "vectorBits", "zeta", "alpha", "m", "k", "b");
    DeviceDescriptor.Builder builder = DeviceDescriptor.builder("id", DeviceKind.OTHER, "name");
    names.forEach(name -> builder.properties(name, "1"));
    assertEquals(names, List.copyOf(builder.build().properties().keySet()));
  }
}
