package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class XrtHandleTests {
  private final List<String> released = new ArrayList<>();

  private final class Recorded extends XrtHandle {
    private final String name;
    private RuntimeException onSettle;
    private RuntimeException onRelease;

    Recorded(String name, XrtHandle parent) {
      super(name, MemorySegment.ofAddress(1), parent);
      this.name = name;
      if (parent != null) {
        parent.adopt(this);
      }
    }

    @Override
    void settle() {
      if (onSettle != null) {
        throw onSettle;
      }
    }

    @Override
    void release(MemorySegment handle) {
      released.add(name);
      if (onRelease != null) {
        throw onRelease;
      }
    }
  }

  private final Recorded root = new Recorded("root", null);
  private final Recorded first = new Recorded("first", root);
  private final Recorded second = new Recorded("second", root);
  private final Recorded leaf = new Recorded("leaf", first);

  @Test
  void whatCameLastIsClosedFirstAndChildrenBeforeParents() {
    root.close();
    assertEquals(List.of("second", "leaf", "first", "root"), released);
  }

  @Test
  void closingTwiceClosesOnce() {
    first.close();
    first.close();
    root.close();
    assertEquals(List.of("leaf", "first", "second", "root"), released);
  }

  @Test
  void whatIsClosedWithItsParentSaysSo() {
    first.close();
    IllegalStateException failure = assertThrows(IllegalStateException.class, leaf::handle);
    assertEquals("leaf is closed", failure.getMessage());
    assertEquals(1, second.handle().address());
  }

  @Test
  void whatCannotBeClosedKeepsItsParentsOpenAndNothingElse() {
    leaf.onSettle = new DeviceLostException("under way");
    assertSame(leaf.onSettle, assertThrows(DeviceLostException.class, root::close));
    assertEquals(List.of("second"), released);
    assertEquals(1, root.handle().address());
    leaf.onSettle = null;
    root.close();
    assertEquals(List.of("second", "leaf", "first", "root"), released);
  }

  @Test
  void whatXrtDoesNotTakeBackDoesNotKeepTheRestFromClosing() {
    second.onRelease = new PluginException("second");
    leaf.onRelease = new PluginException("leaf");
    PluginException failure = assertThrows(PluginException.class, root::close);
    assertEquals("second", failure.getMessage());
    assertEquals(
        List.of("leaf"),
        Arrays.stream(failure.getSuppressed()).map(Throwable::getMessage).toList());
    assertEquals(List.of("second", "leaf", "first", "root"), released);
  }
}
