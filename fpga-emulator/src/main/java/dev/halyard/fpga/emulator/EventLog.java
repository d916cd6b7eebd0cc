package dev.halyard.fpga.emulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a device process says, read by a thread until it ends. The last lines are kept. */
final class EventLog {
  private static final int KEPT = 200;

  private final Deque<String> lines = new ArrayDeque<>();
  private final Map<Event, Integer> counts = new EnumMap<>(Event.class);
  private boolean ended;

  EventLog(BufferedReader reader) {
    Thread.ofPlatform().daemon().name("halyard-fpga-events").start(() -> readAll(reader));
  }

  private void readAll(BufferedReader reader) {
    try (reader) {
      String line = reader.readLine();
      while (line != null) {
        add(line);
        line = reader.readLine();
      }
    } catch (IOException gone) {
      // As at the end of the lines.
    }
    end();
  }

  private synchronized void add(String line) {
    if (lines.size() == KEPT) {
      lines.removeFirst();
    }
    lines.addLast(line);
    Event.of(line).ifPresent(event -> counts.merge(event, 1, Integer::sum));
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** {@return the last lines} */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** {@return what those of the last lines say that are of one event} */
  synchronized List<String> texts(Event event) {
    return lines.stream()
        .filter(line -> Event.of(line).equals(Optional.of(event)))
        .map(event::text)
        .toList();
  }

  /** {@return how often it was said} */
  synchronized int count(Event event) {
    return counts.getOrDefault(event, 0);
  }

  /**
   * Waits until something was said so many times.
   *
   * @throws TimeoutException if it was not in time, or the process has ended and never will
   */
  synchronized void await(Event event, int times, Duration patience)
      throws InterruptedException, TimeoutException {
    long until = System.nanoTime() + patience.toNanos();
    while (count(event) < times) {
      long left = until - System.nanoTime();
      if (ended || left <= 0) {
        throw new TimeoutException(
            ended ? "the device process has ended" : "the device process does not say " + event);
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
  }
}
