package dev.halyard.runtime.discover;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls a plugin on a thread of its own: one that hangs or throws costs its own devices, not the
 * application.
 */
final class PluginCall {
  /** Far past the 100 ms of the contract, so that a machine under load does not lose devices. */
  static final Duration LIMIT = Duration.ofSeconds(10);

  private PluginCall() {}

  /** What became of a call that gave no result. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(String reason, Throwable cause) {
      super(reason, cause);
    }

    boolean hung() {
      return getCause() instanceof TimeoutException;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * {@return what the plugin returned}
   *
   * @param what the call, for the reason
   * @param limit how long it may take
   * @param call the call; it is interrupted, and its result is dropped, when its time is over
   * @throws Failed with the reason if it threw, or did not return in time
   */
  static <T> T run(String what, Duration limit, Callable<T> call) throws Failed {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().name("halyard-discover " + what).start(task);
    try {
      return await(task, limit);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof VirtualMachineError error && !(cause instanceof StackOverflowError)) {
        throw error;
      }
      throw new Failed(what + " failed: " + Discovery.reason(cause), e);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new Failed(
          what + " hung: it did not return within " + limit.toSeconds() + " s, wanted 100 ms", e);
    }
  }

  /** Uninterruptibly: a caller that is interrupted would otherwise find no device at all. */
  private static <T> T await(FutureTask<T> task, Duration limit)
      throws ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
