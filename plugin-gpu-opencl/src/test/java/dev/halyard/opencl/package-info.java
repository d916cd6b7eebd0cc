/**
 * Tests of the OpenCL device; what needs a driver runs in the lanes {@code pocl}, {@code oclgrind}.
 */
@NullMarked
package dev.halyard.opencl;

import org.jspecify.annotations.NullMarked;
