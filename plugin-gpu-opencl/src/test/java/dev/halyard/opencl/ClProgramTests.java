package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileException;
import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How builds end that no driver can be made to end so. */
class ClProgramTests {
  private static final int FAILURE = -11;
  private static final String LOST = "error: " + ClProgram.LOST_FILE + ": No such file";

  private int builds;

  /** Builds with these codes, the last of them for ever, and always the same log. */
  private ClProgram.Built build(String log, Integer... codes) {
    Iterator<Integer> rest =
        Stream.concat(Stream.of(codes), Stream.generate(() -> codes[codes.length - 1])).iterator();
    return ClProgram.builtOrRepeated(
        () -> {
          builds++;
          return rest.next();
        },
        () -> log);
  }

  @Test
  void aProgramThatDoesNotCompileIsBuiltOnce() {
    assertEquals(new ClProgram.Built(FAILURE, "no such name"), build("no such name", FAILURE));
    assertEquals(1, builds);
  }

  @Test
  void aBuildThatLostItsFileIsRepeated() {
    assertEquals(new ClProgram.Built(0, ""), build(LOST, FAILURE, FAILURE, 0));
    assertEquals(3, builds);
  }

  @Test
  void aBuildThatAlwaysLosesItsFileComesToAnEnd() {
    assertEquals(new ClProgram.Built(FAILURE, LOST), build(LOST, FAILURE));
    assertEquals(1 + ClProgram.MOST_REPEATS, builds);
  }

  @Test
  void whatTheDriverLacksIsNoFaultOfTheProgram() {
    Map<Integer, Class<?>> types =
        Map.of(
            -5,
            OutOfDeviceMemoryException.class,
            -6,
            OutOfDeviceMemoryException.class,
            -36,
            DeviceLostException.class,
            -3,
            CompileException.class,
            FAILURE,
            CompileException.class);
    types.forEach(
        (code, type) -> {
          HalyardException refused = ClProgram.refused(build("its log", code), "a device");
          assertEquals(type, refused.getClass(), "" + code);
        });
    String message = String.valueOf(ClProgram.refused(build("its log", FAILURE), "X").getMessage());
    assertTrue(
        List.of("its log", "X", "CL_BUILD_PROGRAM_FAILURE").stream().allMatch(message::contains),
        message);
  }
}
