// The AXI4 master port of a compute unit (512 bits, no ids) as it is at a rising edge of its clock.
#ifndef HALYARD_AXI_H
#define HALYARD_AXI_H

#include <array>
#include <cstdint>

namespace axi {

constexpr unsigned BEAT_BYTES = 64;
constexpr unsigned BOUNDARY = 4096;  // no burst may cross a multiple of it (IHI 0022, A3.4.1)
constexpr uint8_t SIZE = 6;          // log2 of BEAT_BYTES
constexpr uint8_t INCR = 1;

using Beat = std::array<uint32_t, BEAT_BYTES / 4>;

struct Address {
  bool valid = false, ready = false;
  uint64_t address = 0;
  uint8_t length = 0, size = 0, burst = 0;  // length: beats less one

  bool fires() const { return valid && ready; }
  bool same(const Address &o) const {
    return address == o.address && length == o.length && size == o.size && burst == o.burst;
  }
};

struct Data {
  bool valid = false, ready = false, last = false;
  uint8_t response = 0;  // of reads
  uint64_t strobe = 0;   // of writes
  Beat beat{};

  bool fires() const { return valid && ready; }
  bool same(const Data &o) const {
    return last == o.last && response == o.response && strobe == o.strobe && beat == o.beat;
  }
};

struct Response {
  bool valid = false, ready = false;
  uint8_t response = 0;

  bool fires() const { return valid && ready; }
  bool same(const Response &o) const { return response == o.response; }
};

struct Signals {
  bool reset = false, interrupt = false;
  Address ar, aw;
  Data r, w;
  Response b;
};

}  // namespace axi
#endif
