package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Model boards, as many as are described. */
final class ModelSource implements BoardSource {
  static final BoardDescription EMULATED =
      new BoardDescription("model:0", "Model of a board", "0", true, Map.of());
  static final BoardDescription CARD =
      new BoardDescription("pci:0000:03:00.1", "Card", "0000:03:00.1", false, Map.of());

  /** The boards that were opened. */
  final List<ModelBoard> opened = new ArrayList<>();

  /** What becomes of the next board before it is given out. */
  Consumer<ModelBoard> prepare = board -> {};

  private final List<BoardDescription> boards;
  private final String noDriver;

  private ModelSource(List<BoardDescription> boards, String noDriver) {
    this.boards = boards;
    this.noDriver = noDriver;
  }

  static ModelSource of(BoardDescription... boards) {
    return new ModelSource(List.of(boards), "");
  }

  static ModelSource withoutDriver(String reason) {
    return new ModelSource(List.of(EMULATED), reason);
  }

  @Override
  public Listing list(ProbeContext context) {
    return new Listing(boards, boards.isEmpty() ? "no model is wanted" : "");
  }

  @Override
  public String driver(ProbeContext context) {
    if (!noDriver.isEmpty()) {
      throw new PluginException(noDriver);
    }
    return "model 1";
  }

  @Override
  public Optional<Path> xclbin(BoardDescription board, DriverContext context) {
    return board.emulated() ? Optional.of(Path.of("model.xclbin")) : Optional.empty();
  }

  @Override
  public Board open(BoardDescription board, DriverContext context) {
    ModelBoard model = new ModelBoard();
    prepare.accept(model);
    opened.add(model);
    return model;
  }

  BoardDescription first() {
    return boards.getFirst();
  }

  ModelBoard last() {
    return opened.getLast();
  }
}
