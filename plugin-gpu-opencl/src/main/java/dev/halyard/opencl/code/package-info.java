/**
 * From a partition to OpenCL C 1.2 and the launches that run it; no call to a device is made here.
 * {@link dev.halyard.opencl.code.Lowering} is the way in.
 */
@NullMarked
package dev.halyard.opencl.code;

import org.jspecify.annotations.NullMarked;
