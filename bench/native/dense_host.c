/*
 * What a run of the kernel `dense` costs from C: the calls of XRT that the plugin fpga-xrt makes to
 * execute a kernel of one layer.
 *
 *   dense_host XCLBIN BOARD
 *
 * Speaks the protocol of dev.halyard.bench.side.Worker. Each run moves x to the board, starts the
 * kernel, looks at its state until it has completed, reads its status, and moves y back. Arguments
 * are set beforehand. BOARD is what the board is called.
 *
 * Declares of XRT 2.13 what it calls, so that it needs the library and no header:
 *   gcc -O2 dense_host.c -o dense_host -l:libxrt_coreutil.so.2
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

typedef void *handle;

extern handle xrtDeviceOpen(unsigned);
extern int xrtDeviceLoadXclbinFile(handle, const char *);
extern int xrtDeviceGetXclbinUUID(handle, unsigned char *);
extern int xrtDeviceClose(handle);
extern handle xrtPLKernelOpenExclusive(handle, const unsigned char *, const char *);
extern int xrtKernelArgGroupId(handle, int);
extern int xrtKernelReadRegister(handle, uint32_t, uint32_t *);
extern int xrtKernelClose(handle);
extern handle xrtBOAlloc(handle, size_t, uint64_t, uint32_t);
extern void *xrtBOMap(handle);
extern int xrtBOSync(handle, int, size_t, size_t);
extern int xrtBOFree(handle);
extern handle xrtRunOpen(handle);
extern int xrtRunSetArg(handle, int, ...);
extern int xrtRunStart(handle);
extern int xrtRunState(handle);
extern int xrtRunClose(handle);

enum {
  TO_BOARD = 0, /* enum xclBOSyncDirection */
  FROM_BOARD = 1,
  NEW = 1, /* enum ert_cmd_state */
  QUEUED = 2,
  RUNNING = 3,
  COMPLETED = 4,
  SUBMITTED = 7,
  X = 0, /* arguments of dense */
  WEIGHTS = 1,
  Y = 2,
  BATCH = 3,
  ROWS = 4,
  COLS = 5,
  MODE = 6,
  STATUS = 0x54, /* a register of dense */
  TILE = 16,     /* rows and columns, as in PackedWeights */
  SHIFT = 9,     /* as in QuantizedLayer */
  SHIFT_POSITION = 56,
  LOOKS = 100,
  UUID = 16
};

/* As XrtRun rests between looks at the state of a run that takes long. */
static const struct timespec REST = {0, 20000};

typedef struct {
  handle buffer;
  int8_t *data;
  size_t bytes;
} memory;

static handle device, kernel, execution;
static memory x, weights, y;

static void fail(const char *what, int code) {
  printf("@failed %s gave %d\n", what, code);
  fflush(stdout);
  _Exit(1); /* XRT crashes at an orderly exit with handles open */
}

static void check(const char *call, int code) {
  if (code != 0) fail(call, code);
}

static handle opened(const char *call, handle found) {
  if (found == NULL) fail(call, 0);
  return found;
}

static memory allocate(size_t bytes) {
  memory made = {NULL, NULL, bytes};
  made.buffer = opened("xrtBOAlloc", xrtBOAlloc(device, bytes, 0, xrtKernelArgGroupId(kernel, X)));
  made.data = opened("xrtBOMap", xrtBOMap(made.buffer));
  memset(made.data, 0, bytes);
  return made;
}

static void move(memory moved, int direction) {
  check("xrtBOSync", xrtBOSync(moved.buffer, direction, moved.bytes, 0));
}

static int tiles(int extent) { return (extent + TILE - 1) / TILE; }

/* As PackedWeights packs a QuantizedLayer: words of bias and shift, then the tiles. */
static void pack(int8_t *to, int rows, int cols) {
  size_t stride = TILE * (sizeof(uint64_t) + (size_t)tiles(cols) * TILE);
  for (int row = 0; row < rows; row++) {
    int8_t *tile_row = to + row / TILE * stride;
    uint64_t word = (uint64_t)SHIFT << SHIFT_POSITION;
    memcpy(tile_row + row % TILE * sizeof word, &word, sizeof word);
    for (int col = 0; col < cols; col++) {
      size_t within = col / TILE * TILE * TILE + row % TILE * TILE + col % TILE;
      tile_row[TILE * sizeof word + within] = (col * 97 + row * 31) % 127 - 63;
    }
  }
}

static void await_completion(void) {
  for (int looks = 1;; looks++) {
    switch (xrtRunState(execution)) {
      case COMPLETED:
        return;
      case NEW:
      case QUEUED:
      case RUNNING:
      case SUBMITTED:
        if (looks >= LOOKS) nanosleep(&REST, NULL);
        break;
      default:
        fail("xrtRunState", xrtRunState(execution));
    }
  }
}

static void run(void) {
  uint32_t status;
  move(x, TO_BOARD);
  check("xrtRunStart", xrtRunStart(execution));
  await_completion();
  check("xrtKernelReadRegister", xrtKernelReadRegister(kernel, STATUS, &status));
  check("the kernel's status", status);
  move(y, FROM_BOARD);
}

static void open_kernel(const char *xclbin) {
  unsigned char uuid[UUID];
  device = opened("xrtDeviceOpen", xrtDeviceOpen(0));
  check("xrtDeviceLoadXclbinFile", xrtDeviceLoadXclbinFile(device, xclbin));
  check("xrtDeviceGetXclbinUUID", xrtDeviceGetXclbinUUID(device, uuid));
  kernel = opened("xrtPLKernelOpenExclusive", xrtPLKernelOpenExclusive(device, uuid, "dense"));
}

static void set_arguments(int rows, int cols) {
  execution = opened("xrtRunOpen", xrtRunOpen(kernel));
  check("xrtRunSetArg", xrtRunSetArg(execution, X, x.buffer));
  check("xrtRunSetArg", xrtRunSetArg(execution, WEIGHTS, weights.buffer));
  check("xrtRunSetArg", xrtRunSetArg(execution, Y, y.buffer));
  check("xrtRunSetArg", xrtRunSetArg(execution, BATCH, 1));
  check("xrtRunSetArg", xrtRunSetArg(execution, ROWS, rows));
  check("xrtRunSetArg", xrtRunSetArg(execution, COLS, cols));
  check("xrtRunSetArg", xrtRunSetArg(execution, MODE, 0));
}

static void prepare(const char *line, const char *xclbin, const char *board) {
  int rows, cols;
  if (sscanf(line, "prepare %*s xrt-dense-%dx%d", &cols, &rows) != 2) {
    printf("@absent runs layers alone, not '%s'\n", line);
    return;
  }
  open_kernel(xclbin);
  x = allocate(cols);
  weights = allocate((size_t)tiles(rows) * TILE * (sizeof(uint64_t) + (size_t)tiles(cols) * TILE));
  y = allocate(rows);
  for (int col = 0; col < cols; col++) x.data[col] = col * 7919 % 256 - 128;
  pack(weights.data, rows, cols);
  move(weights, TO_BOARD);
  set_arguments(rows, cols);
  run();
  printf("@ready C on %s\n", board);
}

static uint64_t nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void measure(uint64_t warm, uint64_t count) {
  uint64_t start = nanos();
  while (warm > 0 && nanos() - start < warm) run();
  start = nanos();
  for (uint64_t i = 0; i < count; i++) run();
  printf("@nanos %llu\n", (unsigned long long)(nanos() - start));
}

static void output(const char *path) {
  FILE *file = fopen(path, "wb");
  for (size_t i = 0; file != NULL && i < y.bytes; i++) {
    float value = y.data[i];
    fwrite(&value, sizeof value, 1, file);
  }
  if (file == NULL || ferror(file) != 0 || fclose(file) != 0) {
    printf("@failed cannot write %s\n", path);
    return;
  }
  printf("@written %zu\n", y.bytes);
}

static void close_all(void) {
  if (device == NULL) return;
  check("xrtRunClose", xrtRunClose(execution));
  check("xrtBOFree", xrtBOFree(x.buffer));
  check("xrtBOFree", xrtBOFree(weights.buffer));
  check("xrtBOFree", xrtBOFree(y.buffer));
  check("xrtKernelClose", xrtKernelClose(kernel));
  check("xrtDeviceClose", xrtDeviceClose(device));
}

int main(int count, char **words) {
  char line[4096];
  if (count != 3) fail("the number of arguments", count - 1);
  /* The board goes with whoever started both, and XRT never returns from a board that is gone. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "quit\n") != 0) {
    unsigned long long warm, runs;
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "prepare ", 8) == 0) {
      prepare(line, words[1], words[2]);
    } else if (execution == NULL) {
      printf("@failed 'prepare' comes first\n");
    } else if (sscanf(line, "run %llu %llu", &warm, &runs) == 2) {
      measure(warm, runs);
    } else if (strncmp(line, "output ", 7) == 0) {
      output(line + 7);
    } else {
      printf("@failed a worker does not know '%s'\n", line);
    }
    fflush(stdout);
  }
  close_all();
  return 0;
}
