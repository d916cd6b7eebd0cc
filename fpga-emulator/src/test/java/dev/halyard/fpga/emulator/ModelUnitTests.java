package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ModelUnitTests extends UnitContract {
  @Override
  Unit open() {
    return new ModelUnit();
  }

  @Test
  void reportsSayThatItIsAModel() {
    try (Unit unit = open()) {
      assertEquals("model", unit.kind());
    }
  }
}
