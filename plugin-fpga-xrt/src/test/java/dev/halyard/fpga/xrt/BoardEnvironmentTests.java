package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.PluginException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoardEnvironmentTests {
  @Test
  void aBoardIsOpenedInNoOtherEnvironmentThanTheOneItAsksFor() {
    BoardDescription board =
        new BoardDescription("test:0", "a test's", "0", true, Map.of("NO_SUCH_VARIABLE", "7"));
    PluginException refusal =
        assertThrows(PluginException.class, () -> XrtBoard.open(board, Map.of()));
    assertEquals(
        "the board test:0 wants a process with NO_SUCH_VARIABLE=7, and found none;"
            + " open it in a process that is started so",
        refusal.getMessage());
  }
}
