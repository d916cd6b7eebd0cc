package dev.halyard.opencl.code;

import java.util.List;

/**
 * One launch of a generated kernel, before memory is bound. Everything but memory is in the
 * kernel's text; its parameters are, for each buffer, a pointer to bytes and the offset in bytes
 * (ulong).
 *
 * @param what it computes, for people
 * @param kernel the kernel's name in {@link Schedule#source}
 * @param buffers the memory of each pair of parameters, in order
 * @param global the number of work-items along each axis: one to three, none of them 0
 * @param local the size of a work-group, which divides {@code global}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Launch(
    String what, String kernel, List<Location> buffers, long[] global, long[] local) {}
