package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Streams (S-301 to S-305). */
final class StreamChecks {
  private static final int SUBMISSIONS = 200;
  private static final float SPOILED = -1000;
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private StreamChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-301", "tickets", StreamChecks::ticketsGrow));
    checks.add(Check.of("S-302", "order", StreamChecks::keepsOrder));
    checks.add(Check.of("S-302", "completed", StreamChecks::completedIsDone));
    checks.add(Check.of("S-303", "wait for", StreamChecks::waitsForAnother));
    checks.add(Check.of("S-304", "loss", StreamChecks::staysFailed));
    checks.add(Check.of("S-305", "cancel", StreamChecks::cancelledHasNoEffect));
  }

  private static void ticketsGrow(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.ofAny(device);
      Stream stream = device.stream();
      require(stream.completed() == 0, "a new stream has completed ticket " + stream.completed());
      MemorySegment host = device.host(Increments.bytes());
      long last = 0;
      for (int i = 0; i < SUBMISSIONS; i++) {
        long ticket =
            switch (i % 4) {
              case 0 -> stream.upload(host, increments.first());
              case 1 -> stream.submit(increments.there);
              case 2 -> stream.copy(increments.second(), increments.first());
              default -> stream.download(increments.first(), host);
            };
        require(ticket > last, "ticket " + ticket + " follows ticket " + last);
        last = ticket;
      }
      BareDevice.await(stream, last);
      require(
          stream.completed() == last,
          "all is done, and completed() is "
              + stream.completed()
              + " where "
              + last
              + " was the last ticket");
      increments.close();
    }
  }

  private static void keepsOrder(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.of(device);
      Stream stream = device.stream();
      increments.fill(stream, increments.first(), 0);
      long last = 0;
      long completed = 0;
      for (int i = 0; i < SUBMISSIONS; i++) {
        last = stream.submit(i % 2 == 0 ? increments.there : increments.back);
        long now = stream.completed();
        require(now >= completed, "completed() falls from " + completed + " to " + now);
        require(now <= last, "completed() is " + now + ", past the last ticket " + last);
        completed = now;
      }
      BareDevice.await(stream, last);
      increments.require(stream, increments.first(), SUBMISSIONS, "after a chain of submissions");
      increments.fill(stream, increments.first(), 7);
      stream.execute(increments.there);
      increments.require(stream, increments.second(), 8, "after an execute behind an upload");
      increments.close();
    }
  }

  /** Polls, and looks at the result the moment that {@code completed()} says it is there. */
  private static void completedIsDone(Trial trial) {
    int n = 220;
    Graph graph =
        Graph.of(
            "slow",
            g ->
                g.output("y", g.input("a", DType.F32, n, n).matmul(g.input("b", DType.F32, n, n))));
    try (BareDevice device = new BareDevice(trial.subject())) {
      if (!device.kind().hostVisible()) {
        throw new NotClaimed("the device's memory is not host-visible; rule S-302 order covers it");
      }
      Partition partition = device.partition(graph);
      BareDevice.Bound bound = device.bind(partition, device.compile(partition));
      Stream stream = device.stream();
      for (int operand = 0; operand < 2; operand++) {
        MemorySegment ones = device.host((long) n * n * Float.BYTES);
        for (int i = 0; i < n * n; i++) {
          ones.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1);
        }
        device.write(stream, ones, bound.in().get(operand));
      }
      MemorySegment y = bound.out().getFirst().segment();
      for (int round = 0; round < 20; round++) {
        y.fill((byte) 0);
        long ticket = stream.submit(bound.binding());
        long start = System.nanoTime();
        while (stream.completed() < ticket) {
          require(System.nanoTime() - start < WAIT_NANOS, "a product did not complete in 30 s");
          Thread.onSpinWait();
        }
        for (int i = 0; i < n * n; i++) {
          float found = y.getAtIndex(ValueLayout.JAVA_FLOAT, i);
          require(
              found == n,
              "completed() has passed a submission, and element "
                  + i
                  + " is "
                  + found
                  + ", not "
                  + n);
        }
      }
    }
  }

  private static void waitsForAnother(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.of(device);
      Stream one = device.stream();
      Stream other = device.stream();
      increments.fill(one, increments.first(), 0);
      Stream current = one;
      Stream next = other;
      long ticket = 0;
      for (int i = 0; i < SUBMISSIONS; i++) {
        ticket = current.submit(i % 2 == 0 ? increments.there : increments.back);
        next.waitFor(current, ticket);
        Stream swapped = current;
        current = next;
        next = swapped;
      }
      BareDevice.await(next, ticket);
      increments.require(
          next, increments.first(), SUBMISSIONS, "after a chain over two streams with waitFor");
      increments.close();
    }
  }

  private static void staysFailed(Trial trial) throws InterruptedException {
    trial.subject().require(Profile.LOSS_INJECTION);
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.ofAny(device);
      Stream stream = device.stream();
      TestHooks hooks =
          device
              .driver
              .testHooks()
              .orElseThrow(
                  () -> new AssertionError("LOSS_INJECTION is declared without test hooks"));
      BareDevice.await(stream, stream.submit(increments.there));
      long before = stream.completed();
      hooks.loseAt(3);
      long last = 0;
      for (int i = 0; i < 6; i++) {
        try {
          last = stream.submit(increments.there);
        } catch (DeviceLostException e) {
          break;
        }
      }
      requireLost(stream, Math.max(last, before + 3));
      requireLost(stream, stream.completed() + 1);
      try {
        long late = stream.submit(increments.there);
        requireLost(stream, late);
      } catch (DeviceLostException e) {
        trial.record("late submission", "refused");
      }
      require(device.context.loss != null, "the driver did not report its loss to its context");
      require(
          stream.completed() <= before + 2,
          "completed() is " + stream.completed() + ", past the submission that was lost");
      increments.close();
    }
  }

  private static void requireLost(Stream stream, long ticket) throws InterruptedException {
    try {
      boolean done = stream.await(ticket, WAIT_NANOS);
      throw new AssertionError(
          "ticket " + ticket + " is above completed() of a lost device, and await says " + done);
    } catch (DeviceLostException e) {
      return;
    }
  }

  /** What is taken back would overwrite the count, so that it shows if it ran. */
  private static void cancelledHasNoEffect(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.of(device);
      Stream stream = device.stream();
      MemorySlice spoiler =
          MemorySlice.of(device.allocate(Increments.bytes()), 0, Increments.bytes());
      increments.fill(stream, spoiler, SPOILED);
      int cancelled = 0;
      for (int round = 0; round < 20; round++) {
        increments.fill(stream, increments.first(), 0);
        float wanted = 0;
        MemorySlice current = increments.first();
        long last = 0;
        for (int i = 0; i < 20; i++) {
          if (i % 3 == 2) {
            last = stream.copy(spoiler, current);
            boolean took = stream.cancel(last);
            cancelled += took ? 1 : 0;
            wanted = took ? wanted : SPOILED;
          } else {
            boolean there = current.equals(increments.first());
            last = stream.submit(there ? increments.there : increments.back);
            current = there ? increments.second() : increments.first();
            wanted++;
          }
        }
        BareDevice.await(stream, last);
        require(stream.completed() >= last, "a cancelled ticket does not complete in its turn");
        increments.require(
            stream, current, wanted, "after submissions of which some were taken back");
      }
      trial.record("cancelled", cancelled);
      increments.close();
      if (cancelled == 0) {
        throw new NotClaimed("cancel() never said true: the device takes nothing back");
      }
    }
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }
}
