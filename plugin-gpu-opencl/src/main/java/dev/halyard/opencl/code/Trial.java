package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.util.ArrayList;
import java.util.List;

/** A product by itself with a given tile, to be timed: two inputs, one output in F32. */
public final class Trial implements ProductHost {
  private static final long ALIGNMENT = 512;

  private final DeviceModel device;
  private final Tile tile;
  private final KernelSet kernels = new KernelSet();
  private final List<Launch> launches = new ArrayList<>();
  private long workspace;

  private Trial(DeviceModel device, Tile tile) {
    this.device = device;
    this.tile = tile;
  }

  /** {@return the sizes in bytes of the inputs and the output, in this order} */
  public static List<Long> bytes(TileBucket bucket) {
    long element = bucket.dtype().bytes();
    return List.of(
        bucket.batch() * bucket.m() * bucket.k() * element,
        bucket.batch() * bucket.k() * bucket.n() * element,
        bucket.batch() * bucket.m() * bucket.n() * DType.F32.bytes());
  }

  /** {@return the tiles that are worth a trial, the usual one first} */
  public static List<Tile> candidates(DeviceModel device, TileBucket bucket) {
    return Tile.candidates(device, bucket);
  }

  /** {@return what computes a product of the bucket's size with a tile} */
  public static Schedule schedule(DeviceModel device, TileBucket bucket, Tile tile) {
    Trial trial = new Trial(device, tile);
    List<Long> bytes = bytes(bucket);
    long[] batch = {bucket.batch()};
    long m = bucket.m();
    long n = bucket.n();
    long k = bucket.k();
    Operand a = new Operand(Location.input(0, bytes.get(0)), bucket.dtype(), batch[0], m, k);
    Operand b = new Operand(Location.input(1, bytes.get(1)), bucket.dtype(), batch[0], k, n);
    Operand c = new Operand(Location.output(0, bytes.get(2)), DType.F32, batch[0], m, n);
    Chain store = new Chain(c.extents(), List.of(new Expr.Anchor(DType.F32)), List.of(c));
    new Product(
            trial,
            a,
            new long[] {m * k},
            b,
            new long[] {k * n},
            batch,
            m,
            n,
            k,
            store,
            store.strides())
        .add();
    return new Schedule(trial.kernels.source(device), List.copyOf(trial.launches), trial.workspace);
  }

  @Override
  public DeviceModel device() {
    return device;
  }

  @Override
  public Tile tile(TileBucket bucket) {
    return tile;
  }

  @Override
  public KernelSet kernels() {
    return kernels;
  }

  @Override
  public void add(Launch launch) {
    launches.add(launch);
  }

  @Override
  public Operand temporary(DType dtype, long... extents) {
    long bytes = Shape.elements(extents) * dtype.bytes();
    Operand made = new Operand(Location.workspace(workspace, bytes), dtype, extents);
    workspace = (workspace + bytes + ALIGNMENT - 1) & -ALIGNMENT;
    return made;
  }

  @Override
  public String name() {
    return "trial";
  }
}
