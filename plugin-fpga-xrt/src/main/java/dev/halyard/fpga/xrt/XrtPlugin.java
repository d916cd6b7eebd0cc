package dev.halyard.fpga.xrt;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.Isolation;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Spi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * FPGA boards through XRT, real and emulated: each computes quantised dense layers by the kernel
 * {@code dense}.
 *
 * <p>XRT ends processes and takes over their signal handlers, and so the plugin asks for a process
 * of its own. Configuration: {@code halyard.fpga-xrt.xclbin} (a file for the board), {@code
 * halyard.fpga-xrt.timeoutMillis}, {@code halyard.fpga-xrt.library} (a {@code libxrt_coreutil}).
 */
public final class XrtPlugin implements DevicePlugin {
  private static final String ID = "fpga-xrt";
  private static final String VERSION = "0.1.0";

  private final Function<ProbeContext, Boards> finder;

  /** Makes the plugin; nothing happens before {@link #probe}. */
  public XrtPlugin() {
    this(Boards::find);
  }

  /** Makes a plugin of the boards that a test finds. */
  XrtPlugin(Function<ProbeContext, Boards> finder) {
    this.finder = finder;
  }

  @Override
  public PluginInfo info() {
    PluginInfo.Builder info =
        PluginInfo.builder(ID, "Halyard", VERSION, Spi.LEVEL).isolation(Isolation.REQUIRED);
    Boards boards = finder.apply(new Context(Map.of()));
    boards.environment().forEach(info::environment);
    if (boards.all().isEmpty()) {
      info.absence(String.join("; ", boards.reasons()));
    }
    return info.build();
  }

  /** The environment of this process. */
  private record Context(Map<String, String> configuration) implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.ofNullable(System.getenv(variable));
    }
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    try {
      XrtConfiguration configuration = XrtConfiguration.of(context.configuration());
      Boards boards = finder.apply(context);
      List<String> reasons = new ArrayList<>(boards.reasons());
      boolean any = false;
      for (Boards.Found board : boards.all()) {
        Optional<DeviceDescriptor> device = describe(board, configuration, context, reasons);
        device.ifPresent(found::device);
        any |= device.isPresent();
      }
      if (!any) {
        found.nothing(String.join("; ", reasons));
      }
    } catch (IllegalArgumentException e) {
      found.nothing(String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      found.nothing("looking for FPGA boards failed: " + e);
    }
  }

  private static Optional<DeviceDescriptor> describe(
      Boards.Found found,
      XrtConfiguration configuration,
      ProbeContext context,
      List<String> reasons) {
    BoardDescription board = found.board();
    if (!board.emulated() && configuration.xclbin().isEmpty()) {
      reasons.add(withoutXclbin(board));
      return Optional.empty();
    }
    try {
      return Optional.of(describe(board, found.source().driver(context)));
    } catch (PluginException e) {
      reasons.add(board.name() + " cannot be used: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String withoutXclbin(BoardDescription board) {
    return board.name()
        + " at "
        + board.address()
        + " has no xclbin to load; set halyard.fpga-xrt.xclbin to one that holds the kernel "
        + DenseDesign.TOP;
  }

  private static DeviceDescriptor describe(BoardDescription board, String driver) {
    return DeviceDescriptor.builder(board.stableId(), DeviceKind.FPGA, board.name())
        .vendor("AMD")
        .driver(driver)
        .emulated(board.emulated())
        .profiles(
            Profile.INT8,
            Profile.INT16,
            Profile.DYNAMIC_DIMS,
            Profile.DETERMINISTIC,
            Profile.LOSS_INJECTION)
        .dtypes(DType.I8, DType.I16)
        .properties("address", board.address())
        .properties("kernel", DenseDesign.TOP)
        .properties("design", DenseDesign.verilogHash())
        .build();
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    XrtConfiguration configuration = XrtConfiguration.of(context.configuration());
    Boards boards = finder.apply(new Context(context.configuration()));
    Boards.Found found =
        boards
            .get(device.stableId())
            .orElseThrow(
                () ->
                    new DeviceLostException(
                        "no FPGA board "
                            + device.stableId()
                            + " is there any more; ./halyard devices lists those there are"));
    Path xclbin =
        configuration
            .xclbin()
            .or(() -> found.source().xclbin(found.board(), context))
            .orElseThrow(() -> new PluginException(withoutXclbin(found.board())));
    Board board = found.source().open(found.board(), context);
    return new XrtDriver(board, xclbin, found.board(), configuration.timeoutMillis(), context);
  }
}
