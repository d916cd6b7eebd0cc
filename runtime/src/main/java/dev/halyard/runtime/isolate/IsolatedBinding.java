package dev.halyard.runtime.isolate;

import dev.halyard.spi.Binding;

/** A binding that the child knows by a number. */
final class IsolatedBinding implements Binding {
  private final IsolatedDriver driver;
  private final int id;

  IsolatedBinding(IsolatedDriver driver, int id) {
    this.driver = driver;
    this.id = id;
  }

  static IsolatedBinding of(Binding binding) {
    if (binding instanceof IsolatedBinding own) {
      return own;
    }
    throw new IllegalArgumentException("the binding is of another driver");
  }

  int id() {
    return id;
  }

  @Override
  public void close() {
    driver.release(Request.UNBIND, new MessageWriter().count(id));
  }
}
