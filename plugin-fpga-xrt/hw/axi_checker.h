// Watches a port cycle by cycle for violations of AXI4 (IHI 0022), of either side.
#ifndef HALYARD_AXI_CHECKER_H
#define HALYARD_AXI_CHECKER_H

#include <deque>
#include <string>

#include "axi.h"

namespace axi {

class Checker {
 public:
  void observe(const Signals &now) {
    if (now.reset) {
      if (before_.reset && (now.ar.valid || now.aw.valid || now.w.valid))
        report("valid is high in reset (A3.1.2)");
      forget();
    } else {
      if (!before_.reset) held(now);
      read(now);
      write(now);
      if (now.interrupt && !before_.interrupt && open()) report("done with transactions open");
    }
    before_ = now;
    cycle_++;
  }

  uint64_t violations() const { return violations_; }
  uint64_t transactions() const { return transactions_; }
  const std::string &first() const { return first_; }

 private:
  Signals before_;
  std::deque<unsigned> reads_;                // beats that are to come, a burst each
  std::deque<unsigned> addressed_, written_;  // beats of bursts: by AW, by W
  unsigned beats_ = 0;                        // of W since its last burst
  uint64_t answers_ = 0;                      // B that are due
  uint64_t cycle_ = 0, violations_ = 0, transactions_ = 0;
  std::string first_;

  bool open() const {
    return !reads_.empty() || !addressed_.empty() || !written_.empty() || beats_ != 0 || answers_ != 0;
  }

  void report(const std::string &what) {
    if (violations_++ == 0) first_ = "cycle " + std::to_string(cycle_) + ": " + what;
  }

  void forget() {
    reads_.clear();
    addressed_.clear();
    written_.clear();
    beats_ = 0;
    answers_ = 0;
  }

  // What was offered stays as it was until it is taken (A3.2.1).
  template <typename Channel>
  void held(const char *name, const Channel &before, const Channel &now) {
    if (!before.valid || before.ready) return;
    if (!now.valid)
      report(std::string(name) + " took its valid back (A3.2.1)");
    else if (!now.same(before))
      report(std::string(name) + " changed while it waited (A3.2.1)");
  }

  void held(const Signals &now) {
    held("AR", before_.ar, now.ar);
    held("AW", before_.aw, now.aw);
    held("W", before_.w, now.w);
    held("R", before_.r, now.r);
    held("B", before_.b, now.b);
  }

  void burst(const char *name, const Address &a) {
    std::string channel = name;
    uint64_t bytes = (a.length + 1u) * uint64_t{BEAT_BYTES};
    if (a.burst != INCR) report(channel + " is no INCR burst");
    if (a.size != SIZE) report(channel + " has beats that are not as wide as the bus");
    if (a.address % BEAT_BYTES != 0) report(channel + " is misaligned");
    if (a.address % BOUNDARY + bytes > BOUNDARY) report(channel + " crosses 4 KB (A3.4.1)");
  }

  void read(const Signals &now) {
    if (now.r.fires()) {
      if (reads_.empty()) {
        report("R with no read open");
      } else {
        bool last = --reads_.front() == 0;
        if (now.r.last != last) report("RLAST is not on the last beat (A3.4.1)");
        if (last) {
          reads_.pop_front();
          transactions_++;
        }
      }
    }
    if (now.ar.valid) burst("AR", now.ar);
    if (now.ar.fires()) reads_.push_back(now.ar.length + 1u);
  }

  void write(const Signals &now) {
    if (now.b.fires()) {
      if (answers_ == 0) {
        report("B with no write complete (A3.3.1)");
      } else {
        answers_--;
        transactions_++;
      }
    }
    if (now.aw.valid) burst("AW", now.aw);
    if (now.aw.fires()) addressed_.push_back(now.aw.length + 1u);
    if (now.w.fires()) {
      beats_++;
      if (now.w.last) {
        written_.push_back(beats_);
        beats_ = 0;
      }
    }
    if (!addressed_.empty() && beats_ >= addressed_.front() && written_.empty())
      report("W went on after its burst without WLAST (A3.4.1)");
    while (!addressed_.empty() && !written_.empty()) {
      if (addressed_.front() != written_.front()) report("WLAST is not on the last beat (A3.4.1)");
      addressed_.pop_front();
      written_.pop_front();
      answers_++;
    }
  }
};

}  // namespace axi
#endif
