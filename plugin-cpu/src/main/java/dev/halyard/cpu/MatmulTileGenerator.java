package dev.halyard.cpu;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;

/**
 * Writes register tiles of a matrix product as one flat method each: accumulators are local
 * variables, so that C2 keeps them in registers whatever else it has inlined elsewhere.
 *
 * <p>The loop over k counts an int that is widened inside the address, the form whose range checks
 * C2 removes. It is not unrolled by hand: that halves the speed.
 */
final class MatmulTileGenerator {
  private static final ClassDesc TILE = MatmulTile.class.describeConstable().orElseThrow();
  private static final int A = 1;
  private static final int LDA = 3;
  private static final int B = 5;
  private static final int PANEL_STRIDE = 7;
  private static final int C = 9;
  private static final int LDC = 11;
  private static final int K = 13;
  private static final int LAST_COLUMNS = 14;
  private static final int ACCUMULATE = 15;
  private static final int INDEX = 16;
  private static final int MASK = 17;
  private static final int FIRST_FREE = 18;
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_void,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_long,
          ConstantDescs.CD_int,
          ConstantDescs.CD_int,
          ConstantDescs.CD_boolean);

  private final MatmulTiling tiling;
  private final int rows;
  private final int panels;
  private final int vectors;
  private final boolean masked;

  private MatmulTileGenerator(
      MatmulTiling tiling, int rows, int panels, int vectors, boolean masked) {
    this.tiling = tiling;
    this.rows = rows;
    this.panels = panels;
    this.vectors = vectors;
    this.masked = masked;
  }

  /**
   * {@return a new tile}
   *
   * @param tiling the species and the width of a panel
   * @param rows rows of A and C
   * @param panels adjacent panels of B; all but the last are used whole
   * @param vectors vectors used of the last panel
   * @param masked whether the last vector holds only some columns of C
   */
  static MatmulTile tile(MatmulTiling tiling, int rows, int panels, int vectors, boolean masked) {
    return new MatmulTileGenerator(tiling, rows, panels, vectors, masked).define();
  }

  private MatmulTile define() {
    String name =
        "dev.halyard.cpu.MatmulTile"
            + tiling.bits()
            + "x"
            + rows
            + "x"
            + columnVectors()
            + (masked ? "Masked" : "");
    byte[] bytes =
        HiddenClasses.write(
            name,
            TILE,
            builder -> builder.withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::emit));
    return HiddenClasses.instantiate(MethodHandles.lookup(), bytes, MatmulTile.class);
  }

  private int columnVectors() {
    return (panels - 1) * tiling.panelVectors() + vectors;
  }

  private int accumulator(int row, int column) {
    return FIRST_FREE + row * columnVectors() + column;
  }

  private int columnLocal(int column) {
    return FIRST_FREE + rows * columnVectors() + column;
  }

  private int rowLocal() {
    return columnLocal(columnVectors());
  }

  /** A long local: the address of a panel after the first, or of a row. */
  private int panelLocal(int panel) {
    return rowLocal() + 1 + 2 * (panel - 1);
  }

  private int rowAddressLocal(int row) {
    return panelLocal(panels) + 2 * row;
  }

  private int resultAddressLocal(int row) {
    return rowAddressLocal(rows) + 2 * row;
  }

  private void emit(CodeBuilder code) {
    FloatCode vector = new FloatCode(code, tiling.bits());
    if (masked && vector.masksMemory()) {
      vector.firstLanes(LAST_COLUMNS);
      code.astore(MASK);
    }
    addresses(code);
    start(code, vector);
    loop(code, vector);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columnVectors(); column++) {
        code.aload(accumulator(row, column));
        Runnable address = result(code, row, column);
        if (isMasked(column)) {
          vector.store(address, MASK, LAST_COLUMNS);
        } else {
          vector.store(address);
        }
      }
    }
    code.return_();
  }

  private void addresses(CodeBuilder code) {
    for (int panel = 1; panel < panels; panel++) {
      code.lload(panel == 1 ? B : panelLocal(panel - 1));
      code.lload(PANEL_STRIDE).ladd().lstore(panelLocal(panel));
    }
    for (int row = 0; row < rows; row++) {
      next(code, row, A, LDA, rowAddressLocal(0));
      next(code, row, C, LDC, resultAddressLocal(0));
    }
  }

  private static void next(CodeBuilder code, int row, int base, int stride, int first) {
    if (row == 0) {
      code.lload(base).lstore(first);
    } else {
      code.lload(first + 2 * (row - 1)).lload(stride).ladd().lstore(first + 2 * row);
    }
  }

  private void start(CodeBuilder code, FloatCode vector) {
    Label load = code.newLabel();
    Label ready = code.newLabel();
    code.iload(ACCUMULATE).ifne(load);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columnVectors(); column++) {
        vector.zero();
        code.astore(accumulator(row, column));
      }
    }
    code.goto_(ready).labelBinding(load);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columnVectors(); column++) {
        Runnable address = result(code, row, column);
        if (isMasked(column)) {
          vector.load(address, MASK, LAST_COLUMNS);
        } else {
          vector.load(address);
        }
        code.astore(accumulator(row, column));
      }
    }
    code.labelBinding(ready);
  }

  private void loop(CodeBuilder code, FloatCode vector) {
    Label head = code.newLabel();
    Label exit = code.newLabel();
    code.iconst_0().istore(INDEX);
    code.labelBinding(head).iload(INDEX).iload(K).if_icmpge(exit);
    for (int column = 0; column < columnVectors(); column++) {
      vector.load(panelAddress(code, column));
      code.astore(columnLocal(column));
    }
    for (int row = 0; row < rows; row++) {
      int address = rowAddressLocal(row);
      vector.broadcastAt(
          () -> code.lload(address).iload(INDEX).i2l().ldc((long) Float.BYTES).lmul().ladd());
      code.astore(rowLocal());
      for (int column = 0; column < columnVectors(); column++) {
        code.aload(rowLocal()).aload(columnLocal(column)).aload(accumulator(row, column));
        vector.fma();
        code.astore(accumulator(row, column));
      }
    }
    code.iinc(INDEX, 1).goto_(head).labelBinding(exit);
  }

  private Runnable panelAddress(CodeBuilder code, int column) {
    int panel = column / tiling.panelVectors();
    long offset = (long) (column % tiling.panelVectors()) * tiling.vectorBytes();
    return () ->
        code.lload(panel == 0 ? B : panelLocal(panel))
            .iload(INDEX)
            .i2l()
            .ldc((long) tiling.panelBytes())
            .lmul()
            .ladd()
            .ldc(offset)
            .ladd();
  }

  private Runnable result(CodeBuilder code, int row, int column) {
    long offset = (long) column * tiling.vectorBytes();
    return () -> code.lload(resultAddressLocal(row)).ldc(offset).ladd();
  }

  private boolean isMasked(int column) {
    return masked && column == columnVectors() - 1;
  }
}
