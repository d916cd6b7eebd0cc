/**
 * Whatever has an OpenCL driver, as a device. {@link dev.halyard.opencl.OpenClLibrary} gets the
 * native libraries into the process, {@link dev.halyard.opencl.ClCalls} makes the calls that a run
 * consists of, JOCL all others. What kernels look like is decided in {@code
 * dev.halyard.opencl.code}; {@link dev.halyard.opencl.OpenClProgram} builds and binds them.
 *
 * <p>An OpenCL driver may answer a wrong argument by ending the process, so that handles count
 * their users, know whether they are open, and every range is checked here before a native call.
 */
@NullMarked
package dev.halyard.opencl;

import org.jspecify.annotations.NullMarked;
