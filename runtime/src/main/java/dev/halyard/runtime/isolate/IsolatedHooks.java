package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import dev.halyard.spi.TestHooks;

/** What the driver in the child counts. A child that has gone holds nothing. */
final class IsolatedHooks implements TestHooks {
  private final IsolatedDriver driver;

  IsolatedHooks(IsolatedDriver driver) {
    this.driver = driver;
  }

  @Override
  public void loseAt(long ticket) {
    driver.child().call(Request.LOSE_AT, new MessageWriter().number(ticket));
  }

  private long counter(int index) {
    try {
      driver.freeGone();
      return driver.child().call(Request.COUNTERS, new MessageWriter(), in -> in.numbers()[index]);
    } catch (DeviceLostException e) {
      return 0;
    }
  }

  static long[] counters(TestHooks hooks) {
    return new long[] {hooks.nativeBytes(), hooks.handles(), hooks.threads(), hooks.compiles()};
  }

  @Override
  public long nativeBytes() {
    return counter(0);
  }

  @Override
  public long handles() {
    return counter(1);
  }

  @Override
  public long threads() {
    return counter(2);
  }

  @Override
  public long compiles() {
    return counter(3);
  }
}
