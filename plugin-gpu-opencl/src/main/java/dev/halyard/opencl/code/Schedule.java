package dev.halyard.opencl.code;

import java.util.List;

/**
 * What a partition does for one choice of its dimensions.
 *
 * @param source OpenCL C 1.2 with every kernel that is launched; empty if none is
 * @param launches the launches, in order; each sees what those before have written
 * @param workspaceBytes what the launches need beside inputs, outputs and constants
 */
public record Schedule(String source, List<Launch> launches, long workspaceBytes) {}
