package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a board beside its runs, each on a thread that is given up if it never returns: against
 * a board whose process hangs or has died, XRT keeps no limits. Runs have a {@link RunWatch}, which
 * allocates nothing.
 */
final class BoardCalls implements AutoCloseable {
  private static final long SLICE_MILLIS = 100;

  private final Consumer<String> lost;
  private final Set<CompletableFuture<?>> waiting = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("halyard-xrt-call-", 0).factory());
  private volatile @Nullable String loss;

  /**
   * Makes a caller.
   *
   * @param lost told why, by a call that has not returned
   */
  BoardCalls(Consumer<String> lost) {
    this.lost = lost;
  }

  /**
   * {@return what a call gives} Interrupts are kept for later.
   *
   * @param name what it does, for the message
   * @param millis how long it may take
   * @param action the call, on another thread
   * @throws DeviceLostException if it takes longer, or the board is lost before it returns
   */
  @SuppressWarnings("UndefinedEquals") // a future stands for itself
  <T> T call(String name, long millis, Supplier<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    waiting.add(result);
    try {
      requireAlive();
      threads.execute(() -> complete(result, action));
      return await(result, name, millis);
    } finally {
      waiting.remove(result);
    }
  }

  /** Calls a board that may be lost: {@return whether it has returned within a time} */
  boolean attempt(long millis, Runnable action) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    threads.execute(
        () ->
            complete(
                result,
                () -> {
                  action.run();
                  return true;
                }));
    return result.completeOnTimeout(false, millis, TimeUnit.MILLISECONDS).join();
  }

  private static <T> void complete(CompletableFuture<T> result, Supplier<T> action) {
    try {
      result.complete(action.get());
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  /** Counts slices, not time: a process that was stopped meanwhile loses one, not all. */
  private <T> T await(CompletableFuture<T> result, String name, long millis) {
    boolean interrupted = false;
    try {
      for (long left = millis; left > 0; left -= SLICE_MILLIS) {
        try {
          return result.get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException goesOn) {
          // Another slice.
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw thrown(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    String reason = name + " did not return within " + millis + " ms";
    lost.accept(reason);
    throw new DeviceLostException(reason + "; reopen the device with Halyard.reopen");
  }

  private static RuntimeException thrown(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("a supplier throws nothing that is checked", cause);
  }

  private void requireAlive() {
    String reason = loss;
    if (reason != null) {
      throw new DeviceLostException(reason);
    }
  }

  /** The board is lost: those who wait for a call of it, and those to come, are told. */
  void lose(String reason) {
    loss = reason;
    waiting.forEach(result -> result.completeExceptionally(new DeviceLostException(reason)));
  }

  /** Takes no more calls; those under way are left to themselves. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
