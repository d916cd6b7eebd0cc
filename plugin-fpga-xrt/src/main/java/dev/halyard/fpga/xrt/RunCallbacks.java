package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.binding.xrt_h.xrtRunSetCallback$callback;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What to do when runs complete. All share one native function, which lives as long as the process
 * and finds its action by a number: XRT may still be in the callback of a run that is closed.
 */
final class RunCallbacks {
  private static final System.Logger LOG = System.getLogger(RunCallbacks.class.getName());
  private static final Map<Long, Runnable> ACTIONS = new ConcurrentHashMap<>();
  private static final AtomicLong LAST = new AtomicLong();
  private static final MemorySegment FUNCTION = function(completedHandle());

  private RunCallbacks() {}

  /** {@return the function for XRT, whose last argument is the number of the action} */
  static MemorySegment function() {
    return FUNCTION;
  }

  /** {@return the number of a new action, more than 0} */
  static long register(Runnable action) {
    long id = LAST.incrementAndGet();
    ACTIONS.put(id, action);
    return id;
  }

  static void replace(long id, Runnable action) {
    ACTIONS.put(id, action);
  }

  /** Forgets an action; a call of it that comes later does nothing. */
  static void remove(long id) {
    ACTIONS.remove(id);
  }

  /** Called by XRT; an exception that left it would end the process. */
  static void completed(MemorySegment run, int state, MemorySegment data) {
    Runnable action = ACTIONS.get(data.address());
    if (action == null) {
      return;
    }
    try {
      action.run();
    } catch (Throwable e) {
      LOG.log(System.Logger.Level.ERROR, "what was to be done when a run completes failed", e);
    }
  }

  private static MemorySegment function(MethodHandle target) {
    return Linker.nativeLinker()
        .upcallStub(target, xrtRunSetCallback$callback.DESC, Arena.global());
  }

  private static MethodHandle completedHandle() {
    try {
      return MethodHandles.lookup()
          .findStatic(
              RunCallbacks.class,
              "completed",
              MethodType.methodType(
                  void.class, MemorySegment.class, int.class, MemorySegment.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
