package dev.halyard.fpga.xrt.xclbin;

import java.util.UUID;

/**
 * What an xclbin says of itself.
 *
 * @param bytes the length of the file as its header has it; signatures may follow
 * @param createdSeconds when it was made, seconds since 1970, unsigned; 0 where it does not say
 * @param version of XRT, {@code major.minor.patch}
 * @param mode for what it was made
 * @param platform the platform it fits, {@code vendor:board:name:version}
 * @param uuid its identity: XRT tells loaded files apart by it
 */
public record XclbinHeader(
    long bytes, long createdSeconds, String version, XclbinMode mode, String platform, UUID uuid) {}
