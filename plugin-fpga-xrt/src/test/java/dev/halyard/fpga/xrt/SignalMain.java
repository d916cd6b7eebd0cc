package dev.halyard.fpga.xrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A process whose handlers of SIGSEGV and SIGFPE are taken away, and which then needs them:
 * compiled code finds a null and a division by zero by the signal they cause.
 */
final class SignalMain {
  private static final int SIGFPE = 8;
  private static final int SIGSEGV = 11;
  private static final int CALLS = 300_000;

  private SignalMain() {}

  private record Link(int value, Link next) {}

  /**
   * Loses the handlers.
   *
   * @param args {@code keep}, to have them put back
   */
  public static void main(String[] args) {
    if (args[0].equals("keep")) {
      System.out.println("replaced within " + SignalHandlers.keep(SignalMain::lose));
      System.out.println("replaced after " + SignalHandlers.save().replaced());
    } else {
      lose();
    }
    System.out.println(traps());
  }

  private static Object lose() {
    SignalHandlers before = SignalHandlers.save();
    setDefault(SIGSEGV);
    setDefault(SIGFPE);
    return before.replaced();
  }

  /** {@return how often what must throw threw} */
  static String traps() {
    Link loop = new Link(1, new Link(2, null));
    long sum = 0;
    for (int i = 1; i <= CALLS; i++) {
      sum += next(loop) + quotient(CALLS, i);
    }
    int nulls = 0;
    int divisions = 0;
    for (int i = 0; i < 10; i++) {
      try {
        sum += next(loop.next());
      } catch (NullPointerException e) {
        nulls++;
      }
      try {
        sum += quotient(i, 0);
      } catch (ArithmeticException e) {
        divisions++;
      }
    }
    return "thrown " + nulls + " and " + divisions + (sum == 0 ? "!" : "");
  }

  private static int next(Link link) {
    return link.next.value;
  }

  private static int quotient(int a, int b) {
    return a / b;
  }

  private static void setDefault(int signal) {
    MethodHandle call =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("signal"),
                FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
    try {
      MemorySegment before = (MemorySegment) call.invokeExact(signal, MemorySegment.NULL);
      if (before.address() == -1) {
        throw new IllegalStateException("signal of " + signal);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
