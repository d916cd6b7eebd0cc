package dev.halyard.fpga.emulator;

/** The numbers of the shim's calls. */
final class Api {
  static final int CLOSE = 1;
  static final int LOAD_BITSTREAM = 3;
  static final int ALLOC = 4;
  static final int FREE = 5;
  static final int COPY_TO_DEVICE = 6;
  static final int COPY_FROM_DEVICE = 7;
  static final int WRITE_MEMORY = 8;
  static final int WRITE_REGISTERS = 9;
  static final int READ_MEMORY = 10;
  static final int READ_REGISTERS = 11;
  static final int READ_COUNTERS = 14;
  static final int TRACE_COUNT = 15;
  static final int READ_TRACE = 16;
  static final int TIMESTAMP = 17;
  static final int BUS_STATUS = 18;
  static final int DEBUG_MESSAGES = 19;
  static final int SET_ENVIRONMENT = 20;
  static final int SETUP_INSTANCE = 28;
  static final int READ_STREAMING_COUNTERS = 32;
  static final int READ_STREAMING_TRACE = 33;
  static final int REGISTER_WRITE = 51;
  static final int REGISTER_READ = 52;

  private Api() {}

  /** {@return whether a call asks for the content of memory or registers} */
  static boolean reads(int api) {
    return switch (api) {
      case COPY_FROM_DEVICE, READ_MEMORY, READ_REGISTERS, REGISTER_READ -> true;
      default -> false;
    };
  }
}
