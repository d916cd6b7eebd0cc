/**
 * The CPU as a device. {@link dev.halyard.cpu.CpuProgram} lowers a partition to steps over native
 * memory; {@link dev.halyard.cpu.Kernels} is the seam below which loops over floats run on vectors
 * or, where the JVM has no Vector API, one element at a time.
 */
@NullMarked
package dev.halyard.cpu;

import org.jspecify.annotations.NullMarked;
