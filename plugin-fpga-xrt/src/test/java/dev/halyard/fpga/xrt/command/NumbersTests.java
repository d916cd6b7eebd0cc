package dev.halyard.fpga.xrt.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTests {
  @ParameterizedTest
  @CsvSource({
    "0, 0 KiB",
    "1, 1 KiB",
    "1024, 1 MiB",
    "1536, 1536 KiB",
    "16777216, 16 GiB",
    "-1, 18446744073709551615 KiB",
    "-9223372036854775808, 8 ZiB",
  })
  void sizeIsInTheLargestUnitThatDividesIt(long kibibytes, String text) {
    assertEquals(text, Numbers.size(kibibytes));
  }

  @Test
  void addressesAreUnsigned() {
    assertEquals("0xfffffffffffffffe", Numbers.address(-2));
    assertEquals("-", Numbers.address(-1));
    assertEquals("0x0", Numbers.address(0));
  }

  @ParameterizedTest
  @CsvSource({"300, 300", "299.5, 299.5"})
  void fractionIsShownWhereThereIsOne(double number, String text) {
    assertEquals(text, Numbers.decimal(number));
  }
}
