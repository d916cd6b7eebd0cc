// A host that adds vectors on a board through XRT's C API, as any user of a card would.
//
//   vector_add_host XCLBIN RUNS MODE
//
// Prints what it finds, a name and a number a line; exits with 0 if every call did what it should.
// MODE: run   RUNS runs of changing vectors, each checked
//       poll  one run, whose state is asked for RUNS milliseconds, and no handle closed
//       error one run, and the unit's status register after it

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "xrt/xrt_bo.h"
#include "xrt/xrt_device.h"
#include "xrt/xrt_kernel.h"

namespace {

constexpr int kInts = 1 << 18;
constexpr int kBytes = 4 * kInts;
constexpr int kStatus = 0x40;
constexpr int kCompleted = 4;  // ERT_CMD_STATE_COMPLETED

void require(bool good, const char *what) {
  if (!good) {
    std::printf("failed %s\n", what);
    std::fflush(stdout);
    std::_Exit(2);
  }
}

double micros() {
  using std::chrono::duration;
  using std::chrono::steady_clock;
  return duration<double, std::micro>(steady_clock::now().time_since_epoch()).count();
}

struct Vector {
  xrtBufferHandle buffer;
  int *data;

  Vector(xrtDeviceHandle device, xrtKernelHandle kernel, int argument) {
    buffer = xrtBOAlloc(device, kBytes, 0, xrtKernelArgGroupId(kernel, argument));
    require(buffer != nullptr, "xrtBOAlloc");
    data = static_cast<int *>(xrtBOMap(buffer));
    require(data != nullptr, "xrtBOMap");
  }

  void sync(xclBOSyncDirection direction, int ints) {
    require(xrtBOSync(buffer, direction, 4 * ints, 0) == 0, "xrtBOSync");
  }
};

int wrong(const Vector &a, const Vector &b, const Vector &c, int n) {
  int count = 0;
  for (int i = 0; i < n; i++) count += c.data[i] != a.data[i] + b.data[i];
  return count;
}

}  // namespace

int main(int argc, char **argv) {
  require(argc == 4, "usage");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int runs = std::atoi(argv[2]);
  const std::string mode = argv[3];

  xrtDeviceHandle device = xrtDeviceOpen(0);
  require(device != nullptr, "xrtDeviceOpen");
  double start = micros();
  require(xrtDeviceLoadXclbinFile(device, argv[1]) == 0, "xrtDeviceLoadXclbinFile");
  std::printf("load_micros %.0f\n", micros() - start);
  xuid_t uuid;
  require(xrtDeviceGetXclbinUUID(device, uuid) == 0, "xrtDeviceGetXclbinUUID");
  xrtKernelHandle kernel = mode == "error" ? xrtPLKernelOpenExclusive(device, uuid, "vadd")
                                           : xrtPLKernelOpen(device, uuid, "vadd");
  require(kernel != nullptr, "xrtPLKernelOpen");

  Vector a(device, kernel, 0), b(device, kernel, 1), c(device, kernel, 2);
  for (int i = 0; i < kInts; i++) {
    a.data[i] = 7 * i;
    b.data[i] = 1 - i;
    c.data[i] = 0;
  }
  start = micros();
  a.sync(XCL_BO_SYNC_BO_TO_DEVICE, kInts);
  std::printf("megabyte_to_device_micros %.0f\n", micros() - start);
  b.sync(XCL_BO_SYNC_BO_TO_DEVICE, kInts);

  xrtRunHandle run = xrtRunOpen(kernel);
  require(run != nullptr, "xrtRunOpen");
  require(xrtRunSetArg(run, 0, a.buffer) == 0, "xrtRunSetArg a");
  require(xrtRunSetArg(run, 1, b.buffer) == 0, "xrtRunSetArg b");
  require(xrtRunSetArg(run, 2, c.buffer) == 0, "xrtRunSetArg c");
  require(xrtRunSetArg(run, 3, kInts) == 0, "xrtRunSetArg n");
  require(xrtRunStart(run) == 0, "xrtRunStart");

  if (mode == "poll") {
    // xrtRunWaitFor has no end in sw_emu: it does not look at its time.
    const double until = micros() + 1e3 * runs;
    while (xrtRunState(run) != kCompleted && micros() < until) usleep(1000);
    std::printf("state %d\n", static_cast<int>(xrtRunState(run)));
    std::fflush(stdout);
    std::_Exit(0);
  }
  std::printf("state %d\n", static_cast<int>(xrtRunWait(run)));
  if (mode == "error") {
    uint32_t status = 0;
    require(xrtKernelReadRegister(kernel, kStatus, &status) == 0, "xrtKernelReadRegister");
    std::printf("status %u\n", status);
  }
  start = micros();
  c.sync(XCL_BO_SYNC_BO_FROM_DEVICE, kInts);
  std::printf("megabyte_from_device_micros %.0f\n", micros() - start);
  int bad = wrong(a, b, c, kInts);
  std::printf("wrong_ints %d\n", bad);

  const int few = 16;
  require(xrtRunSetArg(run, 3, few) == 0, "xrtRunSetArg n again");
  std::vector<double> times;
  int bad_runs = 0;
  for (int i = 0; i < runs; i++) {
    a.data[i % few] = i;
    a.sync(XCL_BO_SYNC_BO_TO_DEVICE, few);
    start = micros();
    require(xrtRunStart(run) == 0, "xrtRunStart again");
    bad_runs += xrtRunWait(run) != kCompleted;
    times.push_back(micros() - start);
    c.sync(XCL_BO_SYNC_BO_FROM_DEVICE, few);
    bad_runs += wrong(a, b, c, few) != 0;
    if (i % 100 == 99) std::printf("runs %d\n", i + 1);
  }
  std::printf("bad_runs %d\n", bad_runs);
  if (!times.empty()) {
    std::sort(times.begin(), times.end());
    std::printf("run_p50_micros %.0f\n", times[times.size() / 2]);
    std::printf("run_p99_micros %.0f\n", times[times.size() * 99 / 100]);
  }

  require(xrtRunClose(run) == 0, "xrtRunClose");
  require(xrtKernelClose(kernel) == 0, "xrtKernelClose");
  for (Vector *vector : {&a, &b, &c}) require(xrtBOFree(vector->buffer) == 0, "xrtBOFree");
  require(xrtDeviceClose(device) == 0, "xrtDeviceClose");
  std::printf("closed 1\n");
  return 0;
}
