package dev.halyard.fpga.emulator;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.util.Optional;

/** Answers the shim's calls, one after the other. One thread uses it. */
final class DeviceServer {
  /** The one end that is no failure. */
  static final String CLOSED = "the shim has closed the device";

  /** A process that dies closes its socket in order, or not: that depends on what was under way. */
  static final String GONE = "the shim is gone without a close";

  private final ShimChannel channel;
  private final ShimCalls calls;
  private final FaultInjector faults;

  /** Whether a reply was broken off: whatever came now would be taken for its rest. */
  private boolean silent;

  DeviceServer(ShimChannel channel, ShimCalls calls, FaultInjector faults) {
    this.channel = channel;
    this.calls = calls;
    this.faults = faults;
  }

  /**
   * Serves until the shim closes the device or goes, or a fault is to end the process.
   *
   * @return why it ended
   */
  String serve() {
    try {
      while (true) {
        ShimCall call = channel.next();
        if (call == null) {
          return GONE;
        }
        Optional<Fault> fault = faults.take(Fault.Moment.CALL, call.api());
        if (fault.isPresent() && fault.get().kind() == Fault.Kind.EXIT) {
          return "a fault, at call " + call.api();
        }
        answer(call, fault);
        if (calls.isClosed()) {
          return CLOSED;
        }
      }
    } catch (ShimProtocolException e) {
      return "the stream of calls broke: " + e.getMessage();
    } catch (IOException e) {
      return GONE + ": " + e.getMessage();
    } catch (InterruptedException e) {
      return "it was interrupted";
    }
  }

  private void answer(ShimCall call, Optional<Fault> fault)
      throws IOException, InterruptedException {
    MessageLite reply = calls.answer(call);
    if (silent) {
      return;
    }
    if (Api.reads(call.api()) && faults.take(Fault.Moment.READ, call.api()).isPresent()) {
      silent = true;
      channel.breakOff(reply);
      return;
    }
    if (fault.isPresent()) {
      if (fault.get().kind() == Fault.Kind.DROP_REPLY) {
        return;
      }
      Thread.sleep(fault.get().millis());
    }
    channel.reply(reply);
  }
}
