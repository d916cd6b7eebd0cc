/**
 * What applications use: describe a {@link dev.halyard.Graph}, choose a {@link dev.halyard.Device},
 * compile a {@link dev.halyard.Kernel}, run it.
 *
 * <h2>Lifetimes</h2>
 *
 * <p>Devices belong to a {@link dev.halyard.Halyard}; applications do not close them. A {@link
 * dev.halyard.Kernel} is closed by whoever compiled it; {@code close()} waits for the runs in
 * flight. A {@link dev.halyard.Invocation} is closed by whoever prepared it, before its kernel or
 * with it. A {@link dev.halyard.Tensor} lives as long as its {@link dev.halyard.TensorArena}, which
 * is closed by whoever opened it and waits for the runs that use it.
 *
 * <h2>Threads</h2>
 *
 * <p>{@code Graph}, {@code Device}, {@code Kernel}, {@code Tensor} and {@code TensorArena} may be
 * shared between threads; an {@code Invocation} may not, and says so when two threads meet in it.
 *
 * <h2>Errors</h2>
 *
 * <p>All are unchecked. Misuse of an object (closed, overlapping) is an {@link
 * java.lang.IllegalStateException}, a bad argument an {@link java.lang.IllegalArgumentException} or
 * {@link dev.halyard.InvalidGraphException}; everything about devices is a {@link
 * dev.halyard.HalyardException}. Nothing is changed by a call that throws.
 */
@NullMarked
package dev.halyard;

import org.jspecify.annotations.NullMarked;
