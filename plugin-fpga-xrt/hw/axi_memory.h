// The other end of a master port: host memory with latencies, stalls and faults.
#ifndef HALYARD_AXI_MEMORY_H
#define HALYARD_AXI_MEMORY_H

#include <algorithm>
#include <cstring>
#include <deque>
#include <vector>

#include "axi.h"
#include "unit.h"

namespace axi {

class Memory {
 public:
  bool attach(uint8_t *base, uint64_t address, uint64_t bytes) {
    if (bytes == 0 || address % BOUNDARY != 0 || bytes % BOUNDARY != 0 || address + bytes < address)
      return false;
    for (const Region &other : regions_)
      if (address < other.address + other.bytes && other.address < address + bytes) return false;
    regions_.push_back({base, address, bytes});
    return true;
  }

  void timing(uint32_t read_latency, uint32_t write_latency, uint32_t stalls, uint64_t seed) {
    read_latency_ = std::max(read_latency, 1u);
    write_latency_ = std::max(write_latency, 1u);
    stalls_ = stalls;
    random_ = seed;
  }

  void fault(uint32_t fault) { fault_ = fault; }

  void reset() {
    reads_.clear();
    addresses_.clear();
    beats_.clear();
    answers_.clear();
    r_ = {};
    b_ = {};
    fault_ = 0;
  }

  bool stalls() { return stalls_ != 0 && next() % 1000 < stalls_; }

  // Puts this side's signals of a cycle onto the port.
  void drive(Signals &port) {
    bool silent = fault_ == UNIT_FAULT_SILENT;
    port.ar.ready = !silent && reads_.size() < MOST_OPEN && !stalls();
    port.aw.ready = !silent && addresses_.size() < MOST_OPEN && !stalls();
    port.w.ready = !silent && beats_.size() < MOST_OPEN && !stalls();
    if (!r_.valid && !silent && !reads_.empty() && reads_.front().due <= now_ && !stalls()) offer_read();
    if (!b_.valid && !silent && !answers_.empty() && answers_.front().due <= now_ && !stalls()) {
      b_.valid = true;
      b_.response = taken(UNIT_FAULT_WRITE_SLVERR) ? UNIT_SLVERR : answers_.front().response;
    }
    bool r_ready = port.r.ready, b_ready = port.b.ready;
    port.r = r_;
    port.b = b_;
    port.r.ready = r_ready;
    port.b.ready = b_ready;
  }

  // Takes what was handed over in that cycle.
  void clock(const Signals &port) {
    if (port.r.fires()) {
      r_ = {};
      Burst &burst = reads_.front();
      burst.address += BEAT_BYTES;
      if (--burst.beats == 0) reads_.pop_front();
    }
    if (port.b.fires()) {
      b_ = {};
      answers_.pop_front();
    }
    if (port.ar.fires())
      reads_.push_back({port.ar.address, port.ar.length + 1u, now_ + read_latency_, UNIT_OKAY});
    if (port.aw.fires()) addresses_.push_back({port.aw.address, port.aw.length + 1u, 0, UNIT_OKAY});
    if (port.w.fires()) beats_.push_back(port.w);
    while (!addresses_.empty() && !beats_.empty()) store();
    now_++;
  }

 private:
  static constexpr size_t MOST_OPEN = 64;

  struct Region {
    uint8_t *base;
    uint64_t address, bytes;
  };
  struct Burst {
    uint64_t address;
    unsigned beats;
    uint64_t due;
    uint8_t response;
  };

  std::vector<Region> regions_;
  std::deque<Burst> reads_, addresses_, answers_;
  std::deque<Data> beats_;
  Data r_;
  Response b_;
  uint64_t now_ = 0, random_ = 0;
  uint32_t read_latency_ = 1, write_latency_ = 1, stalls_ = 0, fault_ = 0;

  // SplitMix64 (doi:10.1145/2714064.2660195).
  uint64_t next() {
    uint64_t z = random_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  bool taken(uint32_t fault) {
    if (fault_ != fault) return false;
    fault_ = 0;
    return true;
  }

  uint8_t *at(uint64_t address) const {
    for (const Region &region : regions_)
      if (address >= region.address && address - region.address < region.bytes)
        return region.base + (address - region.address);
    return nullptr;
  }

  void offer_read() {
    const Burst &burst = reads_.front();
    r_.valid = true;
    r_.last = burst.beats == 1;
    if (const uint8_t *from = at(burst.address)) {
      std::memcpy(r_.beat.data(), from, BEAT_BYTES);
    } else {
      r_.response = UNIT_DECERR;
    }
    if (taken(UNIT_FAULT_READ_SLVERR)) r_.response = UNIT_SLVERR;
  }

  void store() {
    Burst &burst = addresses_.front();
    const Data &data = beats_.front();
    if (uint8_t *to = at(burst.address)) {
      const auto *from = reinterpret_cast<const uint8_t *>(data.beat.data());
      for (unsigned i = 0; i < BEAT_BYTES; i++)
        if (data.strobe >> i & 1) to[i] = from[i];
    } else {
      burst.response = UNIT_DECERR;
    }
    beats_.pop_front();
    burst.address += BEAT_BYTES;
    if (--burst.beats == 0) {
      answers_.push_back({0, 0, now_ + write_latency_, burst.response});
      addresses_.pop_front();
    }
  }
};

}  // namespace axi
#endif
