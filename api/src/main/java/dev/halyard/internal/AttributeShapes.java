package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.spi.Attributes;
import java.util.function.Consumer;

/** Picks the shapes out of attributes. */
public record AttributeShapes(Consumer<Shape> found) implements Attributes.Visitor {
  @Override
  public void shape(String name, Shape value) {
    found.accept(value);
  }

  @Override
  public void integer(String name, long value) {}

  @Override
  public void number(String name, double value) {}

  @Override
  public void flag(String name, boolean value) {}

  @Override
  public void text(String name, String value) {}

  @Override
  public void dtype(String name, DType value) {}

  @Override
  public void integers(String name, long[] value) {}
}
