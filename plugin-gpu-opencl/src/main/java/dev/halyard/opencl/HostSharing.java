package dev.halyard.opencl;

import static org.jocl.CL.clReleaseCommandQueue;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jocl.cl_command_queue;

/**
 * Whether a buffer over host memory is that memory: a driver may keep a copy of its own, and bring
 * it up to date only when the buffer is mapped.
 */
final class HostSharing {
  private static final long BYTES = 4096;
  private static final byte FIRST = 0x5A;
  private static final byte SECOND = 0x3C;

  private HostSharing() {}

  /** {@return whether each side sees what the other writes, after a wait for the queue alone} */
  static boolean isSeen(OpenClContext context) {
    cl_command_queue queue = context.createQueue();
    ClBlock shared = null;
    ClBlock other = null;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment seen = arena.allocate(BYTES);
      shared = context.createOverHost(BYTES);
      other = context.createOnDevice(BYTES);
      MemorySegment host = shared.host().orElseThrow();
      // Twice: a driver may copy at the first use only.
      for (int i = 0; i < 2; i++) {
        if (!deviceSeesHost(queue, shared, host, seen.fill(FIRST))
            || !hostSeesDevice(queue, other, shared, host, seen.fill(SECOND))) {
          return false;
        }
      }
      return true;
    } catch (DeviceLostException e) {
      throw e;
    } catch (HalyardException e) {
      return false; // a driver that refuses host memory has its own
    } finally {
      if (shared != null) {
        shared.free();
      }
      if (other != null) {
        other.free();
      }
      clReleaseCommandQueue(queue);
    }
  }

  private static boolean deviceSeesHost(
      cl_command_queue queue, ClBlock shared, MemorySegment host, MemorySegment seen) {
    long handle = queue.getNativePointer();
    host.fill(SECOND);
    int code = ClCalls.enqueueRead(handle, shared.handle(), 0, BYTES, seen.address(), 0);
    return code == ClError.SUCCESS
        && ClCalls.finish(handle) == ClError.SUCCESS
        && host.mismatch(seen) < 0;
  }

  private static boolean hostSeesDevice(
      cl_command_queue queue,
      ClBlock other,
      ClBlock shared,
      MemorySegment host,
      MemorySegment written) {
    long handle = queue.getNativePointer();
    host.fill(FIRST);
    int write = ClCalls.enqueueWrite(handle, other.handle(), 0, BYTES, written.address(), 0);
    int copy = ClCalls.enqueueCopy(handle, other.handle(), shared.handle(), 0, 0, BYTES, 0);
    return ClCalls.finish(handle) == ClError.SUCCESS
        && write == ClError.SUCCESS
        && copy == ClError.SUCCESS
        && host.mismatch(written) < 0;
  }
}
