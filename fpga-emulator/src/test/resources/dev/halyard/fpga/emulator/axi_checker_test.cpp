// Traces for axi_checker.h: what must be found, and what must not.
#include <cstdio>
#include <functional>

#include "axi_checker.h"

using axi::Checker;
using axi::Signals;

namespace {

int judged = 0, wrong = 0;

axi::Address address(uint64_t at, uint8_t length) {
  axi::Address a;
  a.valid = a.ready = true;
  a.address = at;
  a.length = length;
  a.size = axi::SIZE;
  a.burst = axi::INCR;
  return a;
}

axi::Data data(bool last) {
  axi::Data d;
  d.valid = d.ready = true;
  d.last = last;
  return d;
}

axi::Response response() {
  axi::Response b;
  b.valid = b.ready = true;
  return b;
}

struct Trace {
  Checker checker;

  Trace &cycle(const std::function<void(Signals &)> &change = [](Signals &) {}) {
    Signals now;
    change(now);
    checker.observe(now);
    return *this;
  }
  Trace &ar(uint64_t at, uint8_t length) {
    return cycle([&](Signals &s) { s.ar = address(at, length); });
  }
  Trace &aw(uint64_t at, uint8_t length) {
    return cycle([&](Signals &s) { s.aw = address(at, length); });
  }
  Trace &r(bool last) {
    return cycle([&](Signals &s) { s.r = data(last); });
  }
  Trace &w(bool last) {
    return cycle([&](Signals &s) { s.w = data(last); });
  }
  Trace &b() {
    return cycle([](Signals &s) { s.b = response(); });
  }
};

// The trace has a violation with this text first; none where the text is empty.
void judge(const char *name, const Trace &trace, const char *text) {
  const Checker &c = trace.checker;
  bool right = *text == '\0' ? c.violations() == 0 : c.first().find(text) != std::string::npos;
  judged++;
  if (!right) {
    wrong++;
    std::printf("%s: wanted '%s', found '%s'\n", name, text, c.first().c_str());
  }
}

void waits(const char *name, const std::function<void(Signals &)> &offer,
           const std::function<void(Signals &)> &next, const char *text) {
  Trace t;
  t.ar(0, 1).aw(0, 1).cycle(offer).cycle(next);
  judge(name, t, text);
}

}  // namespace

int main() {
  judge("a read", Trace().ar(0, 1).r(false).r(true), "");
  judge("reads that overlap", Trace().ar(64, 0).ar(0, 1).r(true).r(false).r(true), "");
  judge("a write", Trace().aw(0, 1).w(false).w(true).b(), "");
  judge("data before its address", Trace().w(true).aw(0, 0).b(), "");
  judge("a burst up to 4 KB", Trace().ar(4096 - 128, 1), "");

  judge("a burst across 4 KB", Trace().ar(4096 - 64, 1), "AR crosses 4 KB");
  judge("a write across 4 KB", Trace().aw(4096 - 64, 1), "AW crosses 4 KB");
  judge("a misaligned burst", Trace().ar(8, 0), "AR is misaligned");
  judge("a FIXED burst", Trace().cycle([](Signals &s) {
    s.ar = address(0, 0);
    s.ar.burst = 0;
  }), "no INCR burst");
  judge("narrow beats", Trace().cycle([](Signals &s) {
    s.aw = address(0, 0);
    s.aw.size = 2;
  }), "not as wide as the bus");
  judge("RLAST too early", Trace().ar(0, 1).r(true), "RLAST");
  judge("RLAST too late", Trace().ar(0, 0).r(false), "RLAST");
  judge("R from nowhere", Trace().r(true), "R with no read open");
  judge("WLAST too early", Trace().aw(0, 1).w(true), "WLAST is not on the last beat");
  judge("WLAST too late", Trace().aw(0, 0).w(false).w(true), "without WLAST");
  judge("B before WLAST", Trace().aw(0, 1).w(false).b(), "B with no write complete");
  judge("done too early", Trace().aw(0, 0).w(true).cycle([](Signals &s) { s.interrupt = true; }),
        "done with transactions open");
  judge("valid in reset", Trace().cycle([](Signals &s) { s.reset = true; }).cycle([](Signals &s) {
    s.reset = true;
    s.ar = address(0, 0);
  }), "valid is high in reset");

  waits("AR taken back", [](Signals &s) { s.ar = address(0, 0); s.ar.ready = false; },
        [](Signals &) {}, "AR took its valid back");
  waits("AR changed", [](Signals &s) { s.ar = address(0, 0); s.ar.ready = false; },
        [](Signals &s) { s.ar = address(64, 0); }, "AR changed");
  waits("W changed", [](Signals &s) { s.w = data(false); s.w.ready = false; },
        [](Signals &s) { s.w = data(false); s.w.strobe = 1; }, "W changed");
  waits("R taken back", [](Signals &s) { s.r = data(false); s.r.ready = false; },
        [](Signals &) {}, "R took its valid back");
  waits("AW waits in peace", [](Signals &s) { s.aw = address(64, 0); s.aw.ready = false; },
        [](Signals &s) { s.aw = address(64, 0); }, "");

  if (wrong == 0) std::printf("%d traces judged rightly\n", judged);
  return wrong;
}
