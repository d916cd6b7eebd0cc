package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** What every connection between the two processes begins with, and how it ends. */
final class Sockets {
  /** Both processes run the same jars; a mismatch means that a jar was replaced in between. */
  static final int VERSION = 1;

  private static final int MAGIC = ('H' << 24) | ('I' << 16) | ('S' << 8) | 'O';

  /** The connections of a child, in the order in which it opens them. */
  static final int CONTROL = 0;

  static final int BELL_TO_CHILD = 1;
  static final int BELL_TO_PARENT = 2;
  static final int CONNECTIONS = 3;

  private Sockets() {}

  static void greet(SocketChannel channel, int connection) throws IOException {
    ByteBuffer hello = ByteBuffer.allocate(12).putInt(MAGIC).putInt(VERSION).putInt(connection);
    write(channel, hello.flip());
  }

  /**
   * Reads what {@link #greet} wrote.
   *
   * @throws ProtocolException if it is something else
   */
  static void welcome(SocketChannel channel, int connection) throws IOException {
    ByteBuffer hello = ByteBuffer.allocate(12);
    if (!read(channel, hello)) {
      throw new ProtocolException("a connection ended before its greeting");
    }
    int magic = hello.getInt();
    int version = hello.getInt();
    int found = hello.getInt();
    if (magic != MAGIC || version != VERSION || found != connection) {
      throw new ProtocolException(
          "connection "
              + connection
              + " of a child speaks version "
              + version
              + ", wanted "
              + VERSION
              + "; start the application again with one set of jars");
    }
  }

  /** {@return whether the buffer could be filled; it is flipped then} */
  static boolean read(SocketChannel channel, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        return false;
      }
    }
    into.flip();
    return true;
  }

  static void write(SocketChannel channel, ByteBuffer from) throws IOException {
    while (from.hasRemaining()) {
      channel.write(from);
    }
  }

  static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is of no further use either way.
    }
  }
}
