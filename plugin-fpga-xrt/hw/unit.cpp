// unit.h for a design that Verilator has translated with the prefix Vunit.
#include "unit.h"

#include <cstring>
#include <memory>
#include <new>

#include "Vunit.h"
#include "axi_checker.h"
#include "axi_memory.h"
#include "verilated.h"

// Verilator asks for the time by this name where SystemC has none.
double sc_time_stamp() { return 0; }

struct unit {
  VerilatedContext context;
  std::unique_ptr<Vunit> top;
  axi::Memory memory;
  axi::Checker checker;
  axi::Signals port;
  uint64_t cycles = 0;
  uint64_t lite_violations = 0;
};

namespace {

constexpr unsigned RESET_CYCLES = 4;
constexpr unsigned MOST_CYCLES = 10000;  // of one transaction of AXI4-Lite

void sample(unit &u) {
  const Vunit &t = *u.top;
  axi::Signals &p = u.port;
  p.reset = !t.ap_rst_n;
  p.interrupt = t.__SYM__interrupt;
  p.ar.valid = t.m_axi_gmem_arvalid;
  p.ar.address = t.m_axi_gmem_araddr;
  p.ar.length = t.m_axi_gmem_arlen;
  p.ar.size = t.m_axi_gmem_arsize;
  p.ar.burst = t.m_axi_gmem_arburst;
  p.aw.valid = t.m_axi_gmem_awvalid;
  p.aw.address = t.m_axi_gmem_awaddr;
  p.aw.length = t.m_axi_gmem_awlen;
  p.aw.size = t.m_axi_gmem_awsize;
  p.aw.burst = t.m_axi_gmem_awburst;
  p.w.valid = t.m_axi_gmem_wvalid;
  p.w.last = t.m_axi_gmem_wlast;
  p.w.strobe = t.m_axi_gmem_wstrb;
  std::memcpy(p.w.beat.data(), t.m_axi_gmem_wdata.data(), axi::BEAT_BYTES);
  p.r.ready = t.m_axi_gmem_rready;
  p.b.ready = t.m_axi_gmem_bready;
}

void drive(unit &u) {
  Vunit &t = *u.top;
  u.memory.drive(u.port);
  const axi::Signals &p = u.port;
  t.m_axi_gmem_arready = p.ar.ready;
  t.m_axi_gmem_awready = p.aw.ready;
  t.m_axi_gmem_wready = p.w.ready;
  t.m_axi_gmem_rvalid = p.r.valid;
  t.m_axi_gmem_rlast = p.r.last;
  t.m_axi_gmem_rresp = p.r.response;
  std::memcpy(t.m_axi_gmem_rdata.data(), p.r.beat.data(), axi::BEAT_BYTES);
  t.m_axi_gmem_bvalid = p.b.valid;
  t.m_axi_gmem_bresp = p.b.response;
}

// A cycle: inputs settle, both sides see the rising edge, registers change.
void tick(unit &u) {
  drive(u);
  u.top->ap_clk = 0;
  u.top->eval();
  sample(u);
  u.checker.observe(u.port);
  if (!u.port.reset) u.memory.clock(u.port);
  u.top->ap_clk = 1;
  u.top->eval();
  u.cycles++;
}

// Waits, where stalls are wanted, before a signal of AXI4-Lite goes up.
void dawdle(unit &u) {
  while (u.memory.stalls()) tick(u);
}

}  // namespace

uint32_t unit_abi(void) { return UNIT_ABI; }

unit *unit_open(void) {
  unit *u = new (std::nothrow) unit;
  if (u == nullptr) return nullptr;
  // What a register holds before it is written is random, so that nothing can depend on it.
  u->context.randReset(2);
  u->context.randSeed(1);
  u->top.reset(new (std::nothrow) Vunit(&u->context, "unit"));
  if (!u->top) {
    delete u;
    return nullptr;
  }
  unit_reset(u);
  return u;
}

void unit_close(unit *u) {
  if (u == nullptr) return;
  u->top->final();
  delete u;
}

void unit_reset(unit *u) {
  Vunit &t = *u->top;
  u->memory.reset();
  t.s_axi_control_awvalid = 0;
  t.s_axi_control_wvalid = 0;
  t.s_axi_control_bready = 0;
  t.s_axi_control_arvalid = 0;
  t.s_axi_control_rready = 0;
  t.ap_rst_n = 0;
  for (unsigned i = 0; i < RESET_CYCLES; i++) tick(*u);
  t.ap_rst_n = 1;
  u->cycles = 0;
}

int unit_attach_mem(unit *u, uint8_t *base, uint64_t address, uint64_t bytes) {
  return u->memory.attach(base, address, bytes) ? 0 : -1;
}

void unit_timing(unit *u, uint32_t read_latency, uint32_t write_latency, uint32_t stalls, uint64_t seed) {
  u->memory.timing(read_latency, write_latency, stalls, seed);
}

int unit_mmio_write(unit *u, uint32_t offset, uint32_t value) {
  Vunit &t = *u->top;
  t.s_axi_control_awaddr = static_cast<uint8_t>(offset & 0x7f);
  t.s_axi_control_awvalid = 1;
  dawdle(*u);
  t.s_axi_control_wdata = value;
  t.s_axi_control_wstrb = 0xf;
  t.s_axi_control_wvalid = 1;
  for (unsigned i = 0; i < MOST_CYCLES; i++) {
    t.ap_clk = 0;
    t.eval();
    bool address_taken = t.s_axi_control_awvalid && t.s_axi_control_awready;
    bool data_taken = t.s_axi_control_wvalid && t.s_axi_control_wready;
    bool answered = t.s_axi_control_bvalid && t.s_axi_control_bready;
    int response = t.s_axi_control_bresp;
    bool asked = !t.s_axi_control_awvalid && !t.s_axi_control_wvalid;
    if (t.s_axi_control_bvalid && !asked) u->lite_violations++;
    tick(*u);
    if (address_taken) t.s_axi_control_awvalid = 0;
    if (data_taken) t.s_axi_control_wvalid = 0;
    if (answered) {
      t.s_axi_control_bready = 0;
      return response;
    }
    t.s_axi_control_bready = t.s_axi_control_bready || !u->memory.stalls();
  }
  return UNIT_TIMEOUT;
}

int unit_mmio_read(unit *u, uint32_t offset, uint32_t *value) {
  Vunit &t = *u->top;
  t.s_axi_control_araddr = static_cast<uint8_t>(offset & 0x7f);
  t.s_axi_control_arvalid = 1;
  for (unsigned i = 0; i < MOST_CYCLES; i++) {
    t.ap_clk = 0;
    t.eval();
    bool address_taken = t.s_axi_control_arvalid && t.s_axi_control_arready;
    bool answered = t.s_axi_control_rvalid && t.s_axi_control_rready;
    int response = t.s_axi_control_rresp;
    uint32_t data = t.s_axi_control_rdata;
    if (t.s_axi_control_rvalid && t.s_axi_control_arvalid) u->lite_violations++;
    tick(*u);
    if (address_taken) t.s_axi_control_arvalid = 0;
    if (answered) {
      t.s_axi_control_rready = 0;
      *value = data;
      return response;
    }
    t.s_axi_control_rready = t.s_axi_control_rready || !u->memory.stalls();
  }
  return UNIT_TIMEOUT;
}

uint64_t unit_step(unit *u, uint64_t cycles) {
  for (uint64_t turned = 0; turned < cycles; turned++) {
    bool before = unit_irq(u);
    tick(*u);
    if (!before && unit_irq(u)) return turned + 1;
  }
  return cycles;
}

uint64_t unit_cycles(const unit *u) { return u->cycles; }

int unit_irq(const unit *u) { return u->top->__SYM__interrupt; }

void unit_fault(unit *u, uint32_t fault) { u->memory.fault(fault); }

uint64_t unit_transactions(const unit *u) { return u->checker.transactions(); }

uint64_t unit_violations(const unit *u, char *text, uint64_t bytes) {
  if (text != nullptr && bytes != 0) {
    const char *lite = u->lite_violations == 0 ? "" : "AXI4-Lite answered what was not asked";
    std::strncpy(text, u->checker.violations() == 0 ? lite : u->checker.first().c_str(), bytes - 1);
    text[bytes - 1] = '\0';
  }
  return u->checker.violations() + u->lite_violations;
}
