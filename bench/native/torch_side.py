"""PyTorch beside Halyard: speaks the protocol of dev.halyard.bench.side.Worker.

  prepare SIDE CASE THREADS DEVICE NAME...    SIDE is pytorch or torch-compile
  run WARM N, output FILE, quit

On CUDA where PyTorch has it, unless DEVICE is a cpu; in full float32 (no TF32). Inputs and weights are
made as dev.halyard.bench.side.Inputs, TinyMlp and SeededMiniLm make them.
"""

import math
import re
import sys
import time

MASK48 = (1 << 48) - 1
SEED = 20261129


class Absent(Exception):
    pass


class JavaRandom:
    """java.util.Random, as its documentation defines it."""

    def __init__(self, seed):
        self.state = (seed ^ 0x5DEECE66D) & MASK48
        self.spare = None

    def bits(self, count):
        self.state = (self.state * 0x5DEECE66D + 0xB) & MASK48
        return self.state >> (48 - count)

    def next_float(self):
        return self.bits(24) / (1 << 24)

    def next_double(self):
        return ((self.bits(26) << 27) + self.bits(27)) / (1 << 53)

    def next_int(self, bound):
        while True:
            bits = self.bits(31)
            value = bits % bound
            if bound & (bound - 1) == 0:
                return bound * bits >> 31
            if bits - value + bound - 1 < 1 << 31:
                return value

    def next_gaussian(self):
        if self.spare is not None:
            value, self.spare = self.spare, None
            return value
        while True:
            a, b = 2 * self.next_double() - 1, 2 * self.next_double() - 1
            square = a * a + b * b
            if 0 < square < 1:
                scale = math.sqrt(-2 * math.log(square) / square)
                self.spare = b * scale
                return a * scale


def uniform(torch, seed, *shape):
    random = JavaRandom(seed)
    values = [random.next_float() * 2 - 1 for _ in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


def hashed(torch, seed, scale, *shape):
    """Numbers in [-scale, scale): MurmurHash3's finaliser of the position, as in SeededWeights."""
    mask = 0xFFFFFFFF
    x = (torch.arange(math.prod(shape), dtype=torch.int64) + seed * 0x9E3779B9) & mask
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & mask
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & mask
    x = x ^ (x >> 16)
    unit = (x >> 8).to(torch.float32) / (1 << 23) - 1
    return (unit * scale).reshape(shape)


def sgemm(torch, m, n, k):
    a, b = uniform(torch, SEED, m, k), uniform(torch, SEED + 1, k, n)
    return (lambda a, b: a @ b), [a, b]


def mlp(torch):
    widths = [16, 64, 32, 32, 5]
    random = JavaRandom(7)
    layers = []
    for inner, outer in zip(widths, widths[1:]):
        normal = lambda count: torch.tensor(
            [random.next_gaussian() * 0.3 for _ in range(count)], dtype=torch.float32
        )
        layers.append((normal(inner * outer).reshape(inner, outer), normal(outer)))
    flat = [tensor for layer in layers for tensor in layer]

    def forward(x, *weights):
        for i in range(0, len(weights), 2):
            x = torch.addmm(weights[i + 1], x, weights[i])
            x = torch.relu(x) if i + 2 < len(weights) else torch.softmax(x, -1)
        return x

    return forward, [uniform(torch, SEED + 2, 1, widths[0]), *flat]


def minilm(torch, tokens):
    layers, hidden, heads, inner, words, positions = 6, 384, 12, 1536, 30522, 512
    functional = torch.nn.functional
    count = 0

    def weight(scale, *shape):
        nonlocal count
        count += 1
        return hashed(torch, count, scale, *shape)

    def norm():
        return [1 + weight(0.1, hidden), weight(0.1, hidden)]

    def dense(rows, columns):
        return [weight(math.sqrt(3.0 / rows), rows, columns), weight(0.1, columns)]

    weights = [weight(1, words, hidden), weight(1, positions, hidden), weight(1, 2, hidden), *norm()]
    for _ in range(layers):
        weights += [*dense(hidden, hidden), *dense(hidden, hidden), *dense(hidden, hidden)]
        weights += [*dense(hidden, hidden), *norm(), *dense(hidden, inner), *dense(inner, hidden), *norm()]
    random = JavaRandom(SEED + 3)
    ids = torch.tensor([[2000 + random.next_int(27000) for _ in range(tokens)]])
    size = hidden // heads

    def attention(q, k, v):
        if hasattr(functional, "scaled_dot_product_attention"):
            return functional.scaled_dot_product_attention(q, k, v)
        return torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(size), -1) @ v

    def forward(ids, *weights):
        left = iter(weights)
        take = lambda: next(left)

        def layer_norm(x):
            return functional.layer_norm(x, (hidden,), take(), take(), 1e-12)

        def linear(x):
            matrix = take()
            return x @ matrix + take()

        def by_head(x):
            return x.reshape(1, tokens, heads, size).transpose(1, 2)

        x = take()[ids] + take()[:tokens] + take()[0]
        x = layer_norm(x)
        for _ in range(layers):
            q, k, v = by_head(linear(x)), by_head(linear(x)), by_head(linear(x))
            context = attention(q, k, v).transpose(1, 2).reshape(1, tokens, hidden)
            x = layer_norm(linear(context) + x)
            x = layer_norm(linear(functional.gelu(linear(x))) + x)
        return x

    return forward, [ids, *weights]


def launch(torch):
    size, stages = 64, 6
    x = torch.tensor([i * 7919 % 1024 / 512 - 1 for i in range(size * size)], dtype=torch.float32)

    def forward(x):
        for _ in range(stages):
            x = x - x.sum(1, keepdim=True) * (0.5 / size)
        return x

    return forward, [x.reshape(size, size)]


def case(torch, name):
    if match := re.fullmatch(r"sgemm-(\d+)x(\d+)x(\d+)(-weights)?", name):
        return sgemm(torch, *(int(match.group(i)) for i in (1, 2, 3)))
    if match := re.fullmatch(r"minilm-s(\d+)-seeded", name):
        return minilm(torch, int(match.group(1)))
    if name == "mlp-16-64-32-32-5":
        return mlp(torch)
    if name == "launch-12":
        return launch(torch)
    raise Absent("PyTorch runs no " + name)


class Side:
    def __init__(self, kind, name, threads, device):
        try:
            import torch
        except ImportError as e:
            raise Absent("no PyTorch (pip install torch): %s" % e)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.set_num_threads(threads)
        self.cuda = torch.cuda.is_available() and not device.startswith("cpu:")
        self.torch = torch
        forward, inputs = case(torch, name)
        where = "cuda" if self.cuda else "cpu"
        self.inputs = [tensor.to(where) for tensor in inputs]
        mode = "eager"
        if kind == "torch-compile":
            if not hasattr(torch, "compile"):
                raise Absent("PyTorch %s has no torch.compile; 2.0 and later have" % torch.__version__)
            # CUDA graphs: its fastest way to run the same again.
            mode = "reduce-overhead" if self.cuda else "default"
            forward = torch.compile(forward, mode=mode)
            mode = "compiled (%s)" % mode
        self.forward = forward
        on = torch.cuda.get_device_name() if self.cuda else "cpu, threads %d" % threads
        self.description = "PyTorch %s, %s, f32, %s" % (torch.__version__, mode, on)
        self.result = None

    def run(self, count=1):
        with self.torch.inference_mode():
            for _ in range(count):
                self.result = self.forward(*self.inputs)
                if self.cuda:
                    self.torch.cuda.synchronize()

    def timed(self, warm, count):
        start = time.perf_counter_ns()
        while warm > 0 and time.perf_counter_ns() - start < warm:
            self.run()
        start = time.perf_counter_ns()
        self.run(count)
        return time.perf_counter_ns() - start

    def write(self, path):
        values = self.result.detach().to("cpu", self.torch.float32).contiguous().flatten()
        with open(path, "wb") as file:
            file.write(values.numpy().astype("<f4").tobytes())
        return values.numel()


def answer(sides, line):
    word, _, rest = line.partition(" ")
    if word == "prepare":
        kind, name, threads, device = rest.split(" ")[:4]
        side = Side(kind, name, int(threads), device)
        side.run()
        sides[:] = [side]
        return "ready " + side.description
    if word in ("run", "output") and not sides:
        return "failed 'prepare' comes first"
    if word == "run":
        warm, count = map(int, rest.split(" "))
        return "nanos %d" % sides[0].timed(warm, count)
    if word == "output":
        return "written %d" % sides[0].write(rest)
    return "failed a worker does not know '%s'" % line


def main():
    sides = []
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == "quit":
            break
        try:
            said = answer(sides, line)
        except Absent as e:
            said = "absent %s" % e
        except Exception as e:  # whatever a library throws is the answer
            said = "failed %s: %s" % (type(e).__name__, e)
        print("@" + " ".join(said.split()), flush=True)


main()
