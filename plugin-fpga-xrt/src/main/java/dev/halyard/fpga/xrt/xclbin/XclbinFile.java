package dev.halyard.fpga.xrt.xclbin;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of a file, read where asked for and never beyond its end. */
final class XclbinFile implements Closeable {
  private static final String REMEDY = "it is damaged or no xclbin; copy or build it again";

  private final Path path;
  private final FileChannel channel;
  private final long size;

  private XclbinFile(Path path, FileChannel channel, long size) {
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @throws InvalidXclbinException if there is no such file, it is no plain file or can't be read
   */
  static XclbinFile open(Path path) {
    if (!Files.exists(path)) {
      throw new InvalidXclbinException(
          path + ": wanted an xclbin, found that there is no file; check the path", null);
    }
    if (!Files.isRegularFile(path)) {
      throw new InvalidXclbinException(
          path + ": wanted an xclbin, found no plain file; name the file itself", null);
    }
    try {
      FileChannel channel = FileChannel.open(path);
      try {
        return new XclbinFile(path, channel, channel.size());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /**
   * Reads bytes.
   *
   * @param offset of the first
   * @param bytes how many
   * @param what they are, for messages
   * @return a little-endian buffer from its first to its last byte
   * @throws InvalidXclbinException if the file ends before, or can't be read
   */
  ByteBuffer read(long offset, int bytes, String what) {
    if (offset < 0 || bytes > size - offset) {
      throw fault(offset, what + " of " + bytes + " bytes", "the end of the file at " + size);
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw fault(offset, what + " of " + bytes + " bytes", "that the file was cut meanwhile");
        }
      }
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    return buffer.flip();
  }

  /** {@return the exception that says what is wrong where} */
  InvalidXclbinException fault(long offset, String wanted, String found) {
    return fault(offset, wanted, found, null);
  }

  /** {@return the exception that says what is wrong where, and why} */
  InvalidXclbinException fault(
      long offset, String wanted, String found, @Nullable Throwable cause) {
    return new InvalidXclbinException(
        "%s, offset %s: wanted %s, found %s; %s"
            .formatted(path, Long.toUnsignedString(offset), wanted, found, REMEDY),
        cause);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private static InvalidXclbinException unreadable(Path path, IOException cause) {
    return new InvalidXclbinException(
        path + ": wanted to read it, found " + cause + "; check its permissions and its disk",
        cause);
  }
}
