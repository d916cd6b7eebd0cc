package com.example.gelu;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.RegionwiseBinding;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;

/** Does everything at once: whatever has a ticket is done. Real hardware would queue it. */
final class GeluStream implements Stream {
  private volatile long tickets;

  @Override
  public void execute(Binding binding) {
    for (Binding region : ((RegionwiseBinding) binding).regions()) {
      ((GeluProgram.Kernel) region).run();
    }
  }

  @Override
  public long submit(Binding binding) {
    execute(binding);
    return ticket();
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    to.segment().copyFrom(from);
    return ticket();
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    to.copyFrom(from.segment());
    return ticket();
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    to.segment().copyFrom(from.segment());
    return ticket();
  }

  /** One caller at a time: the runtime sees to it. */
  private long ticket() {
    long next = tickets + 1;
    tickets = next;
    return next;
  }

  @Override
  public void waitFor(Stream other, long ticket) {}

  @Override
  public long completed() {
    return tickets;
  }

  @Override
  public boolean await(long ticket, long nanos) {
    return true;
  }

  @Override
  public void close() {}
}
