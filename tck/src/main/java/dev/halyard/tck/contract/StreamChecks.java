package dev.halyard.tck.contract;

import dev.halyard.DeviceLostException;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Streams (S-301 to S-305). */
final class StreamChecks {
  private static final int SUBMISSIONS = 200;
  private static final int ROUNDS = 40;
  private static final int LINKS = 32;
  private static final int SMALL = 20_000;
  private static final int LARGE = 1 << 17;
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private StreamChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-301", "tickets", StreamChecks::ticketsGrow));
    checks.add(Check.of("S-302", "copies", StreamChecks::keepsOrderOfCopies));
    checks.add(Check.of("S-302", "order", StreamChecks::keepsOrder));
    checks.add(Check.of("S-302", "sums", StreamChecks::keepsOrderOfSums));
    checks.add(Check.of("S-302", "completed", StreamChecks::completedIsDone));
    checks.add(Check.of("S-303", "copies", StreamChecks::waitsForAnother));
    checks.add(Check.of("S-303", "runs", StreamChecks::waitsForARun));
    checks.add(Check.of("S-304", "loss", StreamChecks::staysFailed));
    checks.add(Check.of("S-305", "copies", StreamChecks::cancelledHasNoEffect));
    checks.add(Check.of("S-305", "runs", StreamChecks::cancelledRunHasNoEffect));
  }

  private static void ticketsGrow(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      BareDevice.Bound bound = prepared.bind();
      Copies copies = new Copies(device, 2, SMALL);
      Stream stream = device.stream();
      require(stream.completed() == 0, "a new stream has completed ticket " + stream.completed());
      prepared.upload(stream, bound, 0);
      long last = stream.upload(copies.pattern(0), copies.block(0));
      for (int i = 0; i < SUBMISSIONS; i++) {
        long ticket =
            switch (i % 4) {
              case 0 -> stream.upload(copies.pattern(i), copies.block(0));
              case 1 -> stream.submit(bound.binding());
              case 2 -> stream.copy(copies.block(0), copies.block(1));
              default -> copies.download(stream, 1);
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
    }
  }

  /** Patterns that travel through blocks of memory: no claim is needed for that. */
  private static void keepsOrderOfCopies(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Stream stream = device.stream();
      Copies copies = new Copies(device, 3, SMALL);
      long completed = 0;
      long last = 0;
      for (int i = 0; i < SUBMISSIONS; i++) {
        stream.upload(copies.pattern(i), copies.block(0));
        stream.copy(copies.block(0), copies.block(1));
        stream.copy(copies.block(1), copies.block(2));
        last = copies.download(stream, 2);
        long now = stream.completed();
        require(now >= completed, "completed() falls from " + completed + " to " + now);
        require(now <= last, "completed() is " + now + ", past the last ticket " + last);
        completed = now;
      }
      BareDevice.await(stream, last);
      for (int i = 0; i < SUBMISSIONS; i++) {
        copies.requireDownloaded(i, i, "after a chain of copies");
      }
    }
  }

  /** Each run must see the inputs before it, and not those behind it. */
  private static void keepsOrder(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      BareDevice.Bound bound = prepared.bind();
      Stream stream = device.stream();
      List<Prepared.Results> results = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        prepared.upload(stream, bound, i % Sample.VARIANTS);
        stream.submit(bound.binding());
        results.add(prepared.download(stream, bound));
      }
      BareDevice.await(stream, results.getLast().ticket());
      for (int i = 0; i < ROUNDS; i++) {
        String when = "of submissions one behind the other, number " + i;
        prepared.require(results.get(i), i % Sample.VARIANTS, when);
      }
      prepared.upload(stream, bound, 0);
      stream.execute(bound.binding());
      Prepared.Results executed = prepared.download(stream, bound);
      BareDevice.await(stream, executed.ticket());
      prepared.require(executed, 0, "after an execute behind an upload");
    }
  }

  private static void keepsOrderOfSums(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Increments increments = Increments.of(device);
      Stream stream = device.stream();
      increments.reset(stream, increments.first());
      long last = 0;
      for (int i = 0; i < SUBMISSIONS; i++) {
        last = stream.submit(i % 2 == 0 ? increments.there : increments.back);
      }
      BareDevice.await(stream, last);
      increments.require(stream, increments.first(), SUBMISSIONS, "after a chain of submissions");
      increments.close();
    }
  }

  /** Polls, and looks at the result the moment that {@code completed()} says it is there. */
  private static void completedIsDone(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      if (!device.kind().hostVisible()) {
        throw new NotClaimed("the device's memory is not host-visible; rule S-302 order covers it");
      }
      Prepared prepared = Prepared.of(device);
      BareDevice.Bound bound = prepared.bind();
      Stream stream = device.stream();
      for (int round = 0; round < ROUNDS; round++) {
        prepared.upload(stream, bound, round % Sample.VARIANTS);
        // More work than one, so that a completion that runs ahead shows.
        for (int i = 0; i < 4; i++) {
          stream.submit(bound.binding());
        }
        long ticket = stream.submit(bound.binding());
        long start = System.nanoTime();
        while (stream.completed() < ticket) {
          require(System.nanoTime() - start < WAIT_NANOS, "a run did not complete in 30 s");
          Thread.onSpinWait();
        }
        prepared.requireSeen(
            bound, round % Sample.VARIANTS, "completed() has passed a submission, and its output");
      }
    }
  }

  /** A pattern travels over two streams in turn; who does not wait carries on the one before. */
  private static void waitsForAnother(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Copies copies = new Copies(device, LINKS + 1, LARGE);
      Stream current = device.stream();
      Stream next = device.stream();
      for (int round = 0; round < 5; round++) {
        long ticket = current.upload(copies.pattern(round), copies.block(0));
        for (int i = 0; i < LINKS; i++) {
          next.waitFor(current, ticket);
          Stream swapped = current;
          current = next;
          next = swapped;
          ticket = current.copy(copies.block(i), copies.block(i + 1));
        }
        next.waitFor(current, ticket);
        BareDevice.await(next, copies.download(next, LINKS));
        copies.requireDownloaded(round, round, "after a chain over two streams with waitFor");
      }
    }
  }

  /** A result of one stream is looked at by another. */
  private static void waitsForARun(Trial trial) {
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      BareDevice.Bound bound = prepared.bind();
      Stream one = device.stream();
      Stream other = device.stream();
      long looked = 0;
      for (int i = 0; i < ROUNDS; i++) {
        if (i > 0) {
          one.waitFor(other, looked);
        }
        prepared.upload(one, bound, i % Sample.VARIANTS);
        other.waitFor(one, one.submit(bound.binding()));
        Prepared.Results results = prepared.download(other, bound);
        looked = results.ticket();
        BareDevice.await(other, looked);
        prepared.require(results, i % Sample.VARIANTS, "behind a waitFor on another stream's run");
      }
    }
  }

  private static void staysFailed(Trial trial) throws InterruptedException {
    trial.subject().require(Profile.LOSS_INJECTION);
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      BareDevice.Bound bound = prepared.bind();
      Stream stream = device.stream();
      TestHooks hooks =
          device
              .driver
              .testHooks()
              .orElseThrow(
                  () -> new AssertionError("LOSS_INJECTION is declared without test hooks"));
      prepared.upload(stream, bound, 0);
      BareDevice.await(stream, stream.submit(bound.binding()));
      long before = stream.completed();
      hooks.loseAt(3);
      long last = 0;
      for (int i = 0; i < 6; i++) {
        try {
          last = stream.submit(bound.binding());
        } catch (DeviceLostException e) {
          break;
        }
      }
      requireLost(stream, Math.max(last, before + 3));
      requireLost(stream, stream.completed() + 1);
      try {
        long late = stream.submit(bound.binding());
        requireLost(stream, late);
      } catch (DeviceLostException e) {
        trial.record("late submission", "refused");
      }
      require(device.context.loss != null, "the driver did not report its loss to its context");
      require(
          stream.completed() <= before + 2,
          "completed() is " + stream.completed() + ", past the submission that was lost");
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

  /** What is taken back would overwrite what is looked at, so that it shows if it ran. */
  private static void cancelledHasNoEffect(Trial trial) {
    int cancelled = 0;
    try (BareDevice device = new BareDevice(trial.subject())) {
      for (int round = 0; round < 6; round++) {
        cancelled += cancelCopies(device);
      }
      trial.record("cancelled", cancelled);
    }
    if (cancelled == 0) {
      throw new NotClaimed("cancel() never said true: the device takes nothing back");
    }
  }

  private static int cancelCopies(BareDevice device) {
    int steps = 20;
    Copies copies = new Copies(device, steps + 1, LARGE);
    Stream stream = device.stream();
    long last = 0;
    for (int i = 0; i <= steps; i++) {
      last = stream.upload(copies.pattern(i), copies.block(i));
    }
    BareDevice.await(stream, last);
    int cancelled = 0;
    int wanted = 0;
    List<Integer> log = new ArrayList<>();
    for (int i = 1; i <= steps; i++) {
      last = stream.copy(copies.block(i), copies.block(0));
      boolean took = i % 3 == 0 && stream.cancel(last);
      cancelled += took ? 1 : 0;
      wanted = took ? wanted : i;
      log.add(wanted);
      last = copies.download(stream, 0);
    }
    BareDevice.await(stream, last);
    require(stream.completed() >= last, "a cancelled ticket does not complete in its turn");
    for (int i = 0; i < steps; i++) {
      copies.requireDownloaded(i, log.get(i), "after copies of which some were taken back");
    }
    return cancelled;
  }

  private static void cancelledRunHasNoEffect(Trial trial) {
    int cancelled = 0;
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      BareDevice.Bound bound = prepared.bind();
      Copies copies = new Copies(device, 2, LARGE);
      Stream stream = device.stream();
      for (int i = 0; i < ROUNDS; i++) {
        prepared.upload(stream, bound, i % Sample.VARIANTS);
        for (int busy = 0; busy < 4; busy++) {
          stream.copy(copies.block(0), copies.block(1));
        }
        long ticket = stream.submit(bound.binding());
        boolean took = stream.cancel(ticket);
        Prepared.Results results = prepared.download(stream, bound);
        BareDevice.await(stream, results.ticket());
        cancelled += took ? 1 : 0;
        if (took) {
          Prepared.requireUnwritten(results, "after a run that was taken back");
        } else {
          prepared.require(results, i % Sample.VARIANTS, "after a run that was not taken back");
        }
      }
      trial.record("cancelled", cancelled);
    }
    if (cancelled == 0) {
      throw new NotClaimed("cancel() never said true: the device takes no run back");
    }
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }
}
