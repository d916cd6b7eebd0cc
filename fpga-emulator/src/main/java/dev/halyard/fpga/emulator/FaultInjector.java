package dev.halyard.fpga.emulator;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The faults that wait for their moment. They are armed on one thread and taken on others. */
final class FaultInjector {
  private final Events events;
  private final List<Armed> armed = new ArrayList<>();
  private volatile boolean any;

  /** A fault, and how many fitting moments it still lets pass. */
  private static final class Armed {
    private final Fault fault;
    private int skip;

    private Armed(Fault fault) {
      this.fault = fault;
      this.skip = fault.skip();
    }

    private boolean fits(Fault.Moment moment, int api) {
      return fault.kind().moment() == moment
          && (fault.api().isEmpty() || fault.api().getAsInt() == api);
    }
  }

  FaultInjector(Events events) {
    this.events = events;
  }

  /** Lets a fault happen at its moment. */
  synchronized void arm(Fault fault) {
    armed.add(new Armed(fault));
    any = true;
    events.say(Event.ARMED, fault.text());
  }

  /**
   * {@return the fault that happens now, which does not happen again}
   *
   * @param moment what is about to happen
   * @param api the call that is being answered
   */
  Optional<Fault> take(Fault.Moment moment, int api) {
    return any ? taken(moment, api) : Optional.empty();
  }

  private synchronized Optional<Fault> taken(Fault.Moment moment, int api) {
    for (Iterator<Armed> each = armed.iterator(); each.hasNext(); ) {
      Armed next = each.next();
      if (next.fits(moment, api) && next.skip-- == 0) {
        each.remove();
        any = !armed.isEmpty();
        events.say(Event.FAULT, next.fault.text());
        return Optional.of(next.fault);
      }
    }
    return Optional.empty();
  }
}
