/*
 * What it costs to launch as many tiny OpenCL kernels as the case launch-12 has regions, from C.
 *
 * Speaks the protocol of dev.halyard.bench.side.Worker. Each run enqueues, for each of six stages,
 * the sum of the rows of a 64x64 tensor and the subtraction of half the mean from the row, and waits
 * for the queue: 12 enqueues and one clFinish. Arguments of the kernels are set beforehand.
 *
 * Declares of OpenCL 1.2 what it calls, so that it needs the library and no header:
 *   gcc -O2 launch.c -o launch -l:libOpenCL.so.1
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int32_t cl_int;
typedef uint32_t cl_uint;
typedef uint64_t cl_ulong;
typedef struct object *handle;

extern cl_int clGetPlatformIDs(cl_uint, handle *, cl_uint *);
extern cl_int clGetDeviceIDs(handle, cl_ulong, cl_uint, handle *, cl_uint *);
extern cl_int clGetDeviceInfo(handle, cl_uint, size_t, void *, size_t *);
extern handle clCreateContext(const intptr_t *, cl_uint, const handle *, void *, void *, cl_int *);
extern handle clCreateCommandQueue(handle, handle, cl_ulong, cl_int *);
extern handle clCreateBuffer(handle, cl_ulong, size_t, void *, cl_int *);
extern handle clCreateProgramWithSource(handle, cl_uint, const char **, const size_t *, cl_int *);
extern cl_int clBuildProgram(handle, cl_uint, const handle *, const char *, void *, void *);
extern handle clCreateKernel(handle, const char *, cl_int *);
extern cl_int clSetKernelArg(handle, cl_uint, size_t, const void *);
extern cl_int clEnqueueNDRangeKernel(handle, handle, cl_uint, const size_t *, const size_t *,
                                     const size_t *, cl_uint, const handle *, handle *);
extern cl_int clEnqueueWriteBuffer(handle, handle, cl_uint, size_t, size_t, const void *, cl_uint,
                                   const handle *, handle *);
extern cl_int clEnqueueReadBuffer(handle, handle, cl_uint, size_t, size_t, void *, cl_uint,
                                  const handle *, handle *);
extern cl_int clFinish(handle);

enum {
  SIZE = 64, /* as in HalyardSide */
  STAGES = 6,
  MOST = 16,
  NAME = 1024,
  DEVICE_TYPE = 0x1000,
  DEVICE_NAME = 0x102B,
  TYPE_CPU = 2,
  READ_WRITE = 1,
  BLOCKING = 1
};

static const cl_ulong TYPE_ALL = 0xFFFFFFFF;

static const char *SOURCE =
    "kernel void rows(global const float *x, global float *sums) {\n"
    "  size_t row = get_global_id(0);\n"
    "  float sum = 0;\n"
    "  for (int i = 0; i < 64; i++) sum += x[row * 64 + i];\n"
    "  sums[row] = sum;\n"
    "}\n"
    "kernel void move(global const float *x, global const float *sums, global float *y) {\n"
    "  size_t i = get_global_id(0);\n"
    "  y[i] = x[i] - sums[i / 64] * (0.5f / 64);\n"
    "}\n";

static handle queue;
static handle kernels[2 * STAGES];
static handle result;

static void check(const char *call, cl_int code) {
  if (code != 0) {
    printf("@failed %s gave %d\n", call, code);
    exit(1);
  }
}

static int alike(const char *a, const char *b) { return strstr(a, b) != NULL || strstr(b, a) != NULL; }

/* The device of a name, else the first CPU, else the first device. */
static handle choose(const char *wanted, char *name) {
  handle platforms[MOST], devices[MOST], found = NULL;
  cl_uint platform_count = 0, device_count = 0;
  int best = 0;
  if (clGetPlatformIDs(MOST, platforms, &platform_count) != 0) return NULL;
  for (cl_uint p = 0; p < platform_count && p < MOST; p++) {
    if (clGetDeviceIDs(platforms[p], TYPE_ALL, MOST, devices, &device_count) != 0) continue;
    for (cl_uint d = 0; d < device_count && d < MOST; d++) {
      char candidate[NAME] = "";
      cl_ulong type = 0;
      check("clGetDeviceInfo", clGetDeviceInfo(devices[d], DEVICE_NAME, NAME, candidate, NULL));
      check("clGetDeviceInfo", clGetDeviceInfo(devices[d], DEVICE_TYPE, sizeof type, &type, NULL));
      int rank = wanted[0] && alike(candidate, wanted) ? 3 : type & TYPE_CPU ? 2 : 1;
      if (rank > best) {
        best = rank;
        found = devices[d];
        strcpy(name, candidate);
      }
    }
  }
  return found;
}

static handle kernel(handle program, const char *name, int count, const handle *buffers) {
  cl_int code;
  handle made = clCreateKernel(program, name, &code);
  check("clCreateKernel", code);
  for (int i = 0; i < count; i++) {
    check("clSetKernelArg", clSetKernelArg(made, i, sizeof(handle), &buffers[i]));
  }
  return made;
}

static handle buffer(handle context, size_t floats) {
  cl_int code;
  handle made = clCreateBuffer(context, READ_WRITE, floats * sizeof(float), NULL, &code);
  check("clCreateBuffer", code);
  return made;
}

static handle build(handle context, handle device) {
  cl_int code;
  handle program = clCreateProgramWithSource(context, 1, &SOURCE, NULL, &code);
  check("clCreateProgramWithSource", code);
  check("clBuildProgram", clBuildProgram(program, 1, &device, "", NULL, NULL));
  return program;
}

static void fill(handle input) {
  float x[SIZE * SIZE];
  for (int i = 0; i < SIZE * SIZE; i++) x[i] = i * 7919 % 1024 / 512.0f - 1;
  check("clEnqueueWriteBuffer",
        clEnqueueWriteBuffer(queue, input, BLOCKING, 0, sizeof x, x, 0, NULL, NULL));
}

static void run(void) {
  static const size_t rows = SIZE, all = SIZE * SIZE;
  for (int i = 0; i < 2 * STAGES; i++) {
    cl_int code = clEnqueueNDRangeKernel(queue, kernels[i], 1, NULL, i % 2 ? &all : &rows, NULL, 0,
                                         NULL, NULL);
    if (code != 0) check("clEnqueueNDRangeKernel", code);
  }
  check("clFinish", clFinish(queue));
}

static void prepare(const char *wanted) {
  char name[NAME] = "";
  cl_int code;
  handle device = choose(wanted, name);
  if (device == NULL) {
    printf("@absent no OpenCL device\n");
    return;
  }
  handle context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
  check("clCreateContext", code);
  queue = clCreateCommandQueue(context, device, 0, &code);
  check("clCreateCommandQueue", code);
  handle program = build(context, device);
  handle x = buffer(context, SIZE * SIZE);
  fill(x);
  for (int stage = 0; stage < STAGES; stage++) {
    handle sums = buffer(context, SIZE), y = buffer(context, SIZE * SIZE);
    kernels[2 * stage] = kernel(program, "rows", 2, (handle[]){x, sums});
    kernels[2 * stage + 1] = kernel(program, "move", 3, (handle[]){x, sums, y});
    x = y;
  }
  result = x;
  run();
  printf("@ready C on %s, %d enqueues\n", name, 2 * STAGES);
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
  float y[SIZE * SIZE];
  check("clEnqueueReadBuffer",
        clEnqueueReadBuffer(queue, result, BLOCKING, 0, sizeof y, y, 0, NULL, NULL));
  FILE *file = fopen(path, "wb");
  if (file == NULL || fwrite(y, sizeof y, 1, file) != 1 || fclose(file) != 0) {
    printf("@failed cannot write %s\n", path);
    return;
  }
  printf("@written %d\n", SIZE * SIZE);
}

/* What follows `prepare SIDE CASE THREADS DEVICE `. */
static const char *wanted_device(const char *line) {
  for (int spaces = 0; *line; line++) {
    if (*line == ' ' && ++spaces == 5) return line + 1;
  }
  return "";
}

int main(void) {
  char line[4096];
  while (fgets(line, sizeof line, stdin) != NULL && strcmp(line, "quit\n") != 0) {
    unsigned long long warm, count;
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "prepare ", 8) == 0) {
      prepare(wanted_device(line));
    } else if (queue == NULL) {
      printf("@failed 'prepare' comes first\n");
    } else if (sscanf(line, "run %llu %llu", &warm, &count) == 2) {
      measure(warm, count);
    } else if (strncmp(line, "output ", 7) == 0) {
      output(line + 7);
    } else {
      printf("@failed a worker does not know '%s'\n", line);
    }
    fflush(stdout);
  }
  return 0;
}
