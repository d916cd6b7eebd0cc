package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every function through the real library, on XRT's board that does nothing. */
@Timeout(300)
class NoopTests {
  @TempDir Path folder;

  @BeforeEach
  void requireXrt() {
    Lanes.require("xrt");
  }

  @Test
  void everyCallArrivesAndTheProcessEndsWell() throws Exception {
    Path xclbin = TestXclbin.write(folder.resolve("test.xclbin"));
    List<String> lines =
        ForkedJvm.run(folder, Xrt.noop(), NoopMain.class, xclbin.toString()).good();
    List<String> gave =
        lines.stream().filter(line -> line.matches("[a-z]+( [a-z]+)?: .*")).toList();
    assertTrue(gave.getFirst().matches("library: libxrt_coreutil.so.2 .*"), gave.getFirst());
    assertTrue(
        gave.getLast().matches("missing: the XRT library .* has no function xrtRunForget; .*"),
        gave.getLast());
    assertEquals(
        List.of(
            "load: 0",
            "get uuid: 0",
            "uuid: 00112233445566778899aabbccddeeff",
            "shim: true",
            "absent kernel: false errno 22",
            "kernel: true",
            "group: 0",
            "offset: 52",
            "size: 8192",
            "address: deadbeef",
            "no address: errno 22",
            "write: 0",
            "mapped: 4",
            "read: 0",
            "read value: 7",
            "to: 0",
            "from: 0",
            "part: 4096",
            "argument: 0",
            "argument: 0",
            "argument: 0",
            "argument: 0",
            "argument beyond: true",
            "callback: 0",
            "start: 0",
            "wait: 4",
            "state: 4",
            "called: true",
            "start again: 0",
            "wait for: 4",
            "close run: 0",
            "wait: 4",
            "close run: 0",
            "free part: 0",
            "free: 0",
            "close kernel: 0",
            "close: 0"),
        gave.subList(1, gave.size() - 1),
        String.join("\n", lines));
  }
}
