package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimsTests {
  private Session session;
  private final Product product = new Product(1);

  @BeforeEach
  void open() {
    session = Session.open();
  }

  @AfterEach
  void close() {
    session.close();
  }

  private void assertRefused(Graph graph, String reason) {
    UnsupportedOnDeviceException refused =
        assertThrows(UnsupportedOnDeviceException.class, () -> session.compile(graph).close());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(reason), message);
  }

  private void assertRefused(String reason) {
    assertRefused(product.graph(DType.I8, 3, 5, 4), reason);
  }

  private void assertClaimed() {
    assertDoesNotThrow(() -> session.compile(product.graph(DType.I8, 3, 5, 4)).close());
  }

  @Test
  void halfEvenIsRefused() {
    product.rounding = "HALF_EVEN";
    assertRefused("wants rounding HALF_UP, found HALF_EVEN");
  }

  @Test
  void unsignedOperandsAreRefused() {
    assertRefused(product.graph(DType.U8, 3, 5, 4), "wants a of I8 or I16, found U8");
    product.b = DType.U8;
    assertRefused("wants b of I8 or I16, found U8");
  }

  @Test
  void anUnsignedResultIsRefused() {
    product.to = DType.U8;
    assertRefused("wants y of I8 or I16, found U8");
  }

  @Test
  void weightsThatVaryAreRefused() {
    product.constantWeights = false;
    assertRefused("wants a constant b, found a variable");
  }

  @Test
  void zeroPointsOtherThanZeroAreRefused() {
    product.leftZero = 3;
    assertRefused("wants a_zero_point 0");
    product.leftZero = 0;
    product.rightZero = -1;
    assertRefused("wants b_zero_point 0");
    product.rightZero = 0;
    product.resultZero = 1;
    assertRefused("wants y_zero_point 0");
  }

  @Test
  void aFactorThatIsNoPowerOfTwoIsRefused() {
    product.leftScale = 0.1;
    assertRefused("a power of two of at most 1, found ");
  }

  @Test
  void aFactorAboveOneIsRefusedAndOneIsNot() {
    product.resultScale = product.leftScale * product.rightScale / 2;
    assertRefused("a power of two of at most 1, found 2.0");
    product.resultScale *= 2;
    assertClaimed();
  }

  @Test
  void scalesWhoseFactorIsAPowerOfTwoAreClaimedWhateverTheyAre() {
    product.leftScale = 0.75;
    product.resultScale = 0.75;
    assertClaimed();
  }

  @Test
  void aBiasWithWhichSumsOfBytesCouldWrapIsRefused() {
    long most = Integer.MAX_VALUE - (5L << 14);
    product.largestBias = Integer.MAX_VALUE;
    assertRefused("wants biases of at most +-" + most);
    product.largestBias = most;
    assertClaimed();
  }

  @Test
  void aBiasBeyondTheAccumulatorIsRefused() {
    product.b = DType.I16;
    product.bias = DType.I64;
    product.largestBias = 1L << 60;
    assertRefused("wants biases of at most +-" + ((1L << 46) - 1));
    product.largestBias = (1L << 46) - 1;
    assertClaimed();
  }

  @Test
  void moreColumnsThanTheKernelHasAreRefused() {
    assertRefused(product.graph(DType.I8, 1, 65_537, 1), "wants 1 to 65536 rows of b, found 65537");
    assertRefused(
        product.graph(DType.I8, 1, 1, 65_537), "wants 1 to 65536 columns of b, found 65537");
    assertRefused(product.graph(DType.I8, 1, 0, 4), "wants 1 to 65536 rows of b, found 0");
  }

  @Test
  void otherOperationsAreRefusedByName() {
    Graph sum = Graph.of("sum", g -> g.output("y", g.input("x", DType.I8, 4).add(1)));
    assertRefused(sum, "wants halyard.qmatmul/1, found add/1");
    Graph relu = Graph.of("relu", g -> g.output("y", g.input("x", DType.I8, 4).relu()));
    assertRefused(relu, "wants halyard.qmatmul/1 before it");
  }

  @Test
  void aReluRunsWithItsProduct() {
    Graph graph =
        Graph.of("relu", g -> g.output("y", product.of(g, g.input("x", DType.I8, 3, 5), 4).relu()));
    try (Kernel kernel = session.compile(graph)) {
      assertEquals(1, kernel.plan().launches(), kernel.plan()::describe);
    }
  }

  @Test
  void aReluOfAResultThatIsUsedElsewhereIsRefused() {
    Graph graph =
        Graph.of(
            "both",
            g -> {
              Value y = product.of(g, g.input("x", DType.I8, 3, 5), 4);
              g.output("y", y);
              g.output("z", y.relu());
            });
    assertRefused(graph, "whose result nothing else uses");
  }

  @Test
  void aMaximumWithOtherThanZeroIsRefused() {
    Graph graph =
        Graph.of("max", g -> g.output("y", product.of(g, g.input("x", DType.I8, 3, 5), 4).max(1)));
    assertRefused(graph, "max/1");
  }
}
