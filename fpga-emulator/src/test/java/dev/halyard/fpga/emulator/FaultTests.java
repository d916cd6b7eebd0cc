package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTests {
  @ParameterizedTest
  @EnumSource(Fault.Kind.class)
  void everyKindIsReadFromItsText(Fault.Kind kind) {
    Fault fault = Fault.of(kind).afterSkipping(3).lateBy(70);
    assertEquals(fault, Fault.parse(fault.text()));
    assertEquals(Fault.of(kind), Fault.parse(kind.text()));
  }

  @Test
  void theTextNamesTheCall() {
    assertEquals(
        new Fault(Fault.Kind.LATE_REPLY, 1, OptionalInt.of(11), 20),
        Fault.parse(" late-reply  skip=1 api=11 millis=20 "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "burn",
        "exit skip",
        "exit skip=x",
        "exit skip=-1",
        "exit often=3",
        "late-reply millis=999999999",
        "stuck-unit api=9"
      })
  void whatIsNoFaultIsRefused(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Fault.parse(text));
    assertTrue(String.valueOf(e.getMessage()).length() > 20, e.getMessage());
  }

  @Test
  void theMessageNamesTheKinds() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Fault.parse("burn"));
    assertEquals(
        "a fault has the word 'burn': give one of drop-reply, late-reply, exit, short-read,"
            + " stuck-unit, read-slverr, write-slverr, silent, ecc-error, then skip=N, api=N,"
            + " millis=N",
        e.getMessage());
  }
}
