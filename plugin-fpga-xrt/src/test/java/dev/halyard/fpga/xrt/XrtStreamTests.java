package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.ArtefactStore;
import dev.halyard.spi.Binding;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class XrtStreamTests {
  private static final int ROWS = 3;
  private static final int INNER = 33;
  private static final int COLUMNS = 17;

  private final Arena arena = Arena.ofShared();
  private final List<AutoCloseable> open = new ArrayList<>();
  private ModelSource source;
  private XrtDriver driver;
  private Stream stream;

  private record Compile() implements CompileContext {
    @Override
    public CompileMode mode() {
      return CompileMode.JIT;
    }

    @Override
    public Instant deadline() {
      return Instant.MAX;
    }

    @Override
    public void progress(double fraction, String step) {}

    @Override
    public ArtefactStore artefacts() {
      throw new AssertionError("nothing is kept");
    }
  }

  @BeforeEach
  void openDriver() {
    open(ModelSource.EMULATED);
  }

  private void open(BoardDescription board) {
    source = ModelSource.of(board);
    driver = Drivers.open(source);
    stream = driver.openStream();
  }

  @AfterEach
  void close() throws Exception {
    stream.close();
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    driver.close();
    assertEquals(0, driver.nativeBytes());
    assertEquals(0, driver.handles());
    assertEquals(0, driver.threads());
    assertEquals(0, source.last().open.get());
    arena.close();
  }

  private MemorySlice block(long bytes) {
    DeviceMemory memory = driver.allocate(driver.memoryKinds().getFirst(), Math.max(1, bytes));
    open.add(memory);
    return MemorySlice.of(memory, 0, bytes);
  }

  private MemorySegment host(long bytes, int value) {
    return arena.allocate(bytes).fill((byte) value);
  }

  private void await(long ticket) throws InterruptedException {
    assertTrue(stream.await(ticket, Long.MAX_VALUE));
  }

  private Binding bound() {
    Graph graph = new Product(3).graph(DType.I8, ROWS, INNER, COLUMNS);
    Partition partition =
        Lowering.lower(
                graph,
                List.of(new Target("fpga-xrt:0", driver, Spi.LEVEL)),
                CompileOptions.defaults())
            .placed()
            .getFirst()
            .partition();
    Program program = driver.compile(partition, new Compile());
    open.add(program);
    Binding binding =
        program.bind(
            List.of(block(ROWS * INNER)),
            List.of(block(ROWS * COLUMNS)),
            block(program.workspaceBytes(new long[0])),
            new long[0]);
    open.add(binding);
    return binding;
  }

  /** The parts of a time, by their kinds. */
  private static final class Parts implements TimingSink {
    final Map<String, Long> measured = new LinkedHashMap<>();
    final Map<String, Long> simulated = new LinkedHashMap<>();
    final Map<String, Long> assumed = new LinkedHashMap<>();

    @Override
    public void measured(String part, long nanos) {
      measured.put(part, nanos);
    }

    @Override
    public void simulated(String part, long cycles) {
      simulated.put(part, cycles);
    }

    @Override
    public void assumed(String part, long nanos, String basis) {
      assertTrue(!basis.isBlank());
      assumed.put(part, nanos);
    }
  }

  private Parts timing(long ticket) {
    Parts parts = new Parts();
    stream.timing(ticket, parts);
    return parts;
  }

  @Test
  void copiesKeepTheirOrder() throws Exception {
    MemorySlice first = block(100);
    MemorySlice second = block(100);
    MemorySegment back = host(100, 0);
    stream.upload(host(100, 3), first);
    stream.copy(first, second);
    stream.upload(host(100, 4), first);
    long last = stream.download(second, back);
    await(last);
    assertEquals(last, stream.completed());
    assertArrayEquals(host(100, 3).toArray(ValueLayout.JAVA_BYTE), bytes(back));
  }

  private static byte[] bytes(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void aStreamWaitsForAnother() throws Exception {
    MemorySlice block = block(1 << 20);
    MemorySegment back = host(1 << 20, 0);
    try (Stream other = driver.openStream()) {
      long ticket = other.upload(host(1 << 20, 9), block);
      stream.waitFor(other, ticket);
      await(stream.download(block, back));
    }
    assertEquals(9, back.get(ValueLayout.JAVA_BYTE, (1 << 20) - 1));
  }

  @Test
  void anEmulatedBoardReportsCyclesAndNoTimeOfItsOwn() throws Exception {
    Parts parts = timing(submitted(bound()));
    DenseFormat bytes = new DenseFormat(false, false, false, false);
    DenseRun run = new DenseRun(0, 0, 0, ROWS, COLUMNS, INNER, bytes);
    long predicted = DenseCycles.of(run, ModelBoard.READ_LATENCY, ModelBoard.WRITE_LATENCY);
    assertEquals(Map.of(), parts.measured);
    assertEquals(List.of(predicted), List.copyOf(parts.simulated.values()));
    assertEquals(50_000, parts.assumed.get("launches"));
    assertEquals(predicted * 5, parts.assumed.get("kernel at 200 MHz"));
    assertEquals(predicted * 4, parts.assumed.get("kernel at 250 MHz"));
  }

  private long submitted(Binding binding) throws InterruptedException {
    long ticket = stream.submit(binding);
    await(ticket);
    return ticket;
  }

  @Test
  void aCardReportsWhatWasMeasuredAndNoCycles() throws Exception {
    stream.close();
    driver.close();
    open(ModelSource.CARD);
    Parts parts = timing(submitted(bound()));
    assertTrue(parts.measured.get("run") > 0);
    assertEquals(Map.of(), parts.simulated);
  }

  @Test
  void onlyTheLastSubmissionHasATime() throws Exception {
    Binding binding = bound();
    long first = submitted(binding);
    submitted(binding);
    assertEquals(Map.of(), timing(first).simulated);
  }

  @Test
  void aSubmissionTakenBackHasNoEffect() throws Exception {
    MemorySlice block = block(1 << 24);
    await(stream.upload(host(1 << 24, 1), block));
    MemorySegment twos = host(1 << 24, 2);
    for (int i = 0; i < 20; i++) {
      stream.upload(twos, block);
    }
    long last = stream.upload(host(1 << 24, 3), block);
    boolean cancelled = stream.cancel(last);
    await(last);
    assertEquals(cancelled ? 2 : 3, block.segment().get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void importedMemoryIsTheVeryMemory() throws Exception {
    MemorySegment page = arena.allocate(4096, 4096);
    DeviceMemory imported = driver.importHost(page).orElseThrow();
    open.add(imported);
    await(stream.upload(host(4096, 5), MemorySlice.of(imported)));
    assertEquals(5, page.get(ValueLayout.JAVA_BYTE, 4095));
  }

  @Test
  void aBufferThatIsNotMappedIsGivenBack() {
    source.last().unmappable = true;
    MemoryKind kind = driver.memoryKinds().getFirst();
    assertThrows(PluginException.class, () -> driver.allocate(kind, 8));
    assertTrue(driver.importHost(arena.allocate(4096, 4096)).isEmpty());
    assertEquals(0, source.last().open.get());
    source.last().unmappable = false;
  }

  @Test
  void memoryThatBeginsWithinAPageIsNotImported() {
    assertTrue(driver.importHost(arena.allocate(8192, 4096).asSlice(64, 64)).isEmpty());
  }

  @Test
  void afterALossEverySubmissionFails() throws Exception {
    Binding binding = bound();
    submitted(binding);
    driver.loseAt(2);
    long done = stream.submit(binding);
    await(done);
    long failed = stream.submit(binding);
    assertThrows(DeviceLostException.class, () -> stream.await(failed, Long.MAX_VALUE));
    assertEquals(done, stream.completed());
    assertThrows(DeviceLostException.class, () -> stream.submit(binding));
    assertThrows(DeviceLostException.class, () -> stream.execute(binding));
  }

  @Test
  void aClosedStreamTakesNoWork() {
    Stream other = driver.openStream();
    other.close();
    MemorySlice block = block(8);
    assertThrows(IllegalStateException.class, () -> other.upload(host(8, 1), block));
  }
}
