// One compute unit as software sees it: its AXI4-Lite registers, its AXI4 master on a memory, its
// interrupt, and a clock that the caller turns. A library holds one design; it keeps no thread and no
// global state, so that units are independent. A unit has one caller at a time.
#ifndef HALYARD_UNIT_H
#define HALYARD_UNIT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define UNIT_ABI 1

// What an AXI response says (IHI 0022, A3.4.4).
enum { UNIT_OKAY = 0, UNIT_SLVERR = 2, UNIT_DECERR = 3, UNIT_TIMEOUT = -1 };

// What the memory does wrong from now on, once.
enum { UNIT_FAULT_READ_SLVERR = 1, UNIT_FAULT_WRITE_SLVERR = 2, UNIT_FAULT_SILENT = 3 };

typedef struct unit unit;

uint32_t unit_abi(void);
unit *unit_open(void);  // null: no memory
void unit_close(unit *u);
void unit_reset(unit *u);  // clears the registers and the count of cycles; memory stays attached

// Attaches bytes of host memory at a device address; accesses elsewhere answer DECERR. 0, or -1 if
// the region overlaps another one, is empty or misaligned (4096).
int unit_attach_mem(unit *u, uint8_t *base, uint64_t address, uint64_t bytes);

// Cycles from an address to its first beat, from the last beat of a write to its response (1 or
// more), and how often out of 1000 a ready or valid is held back (0: never), drawn from the seed.
void unit_timing(unit *u, uint32_t read_latency, uint32_t write_latency, uint32_t stalls, uint64_t seed);

// Whole AXI4-Lite transactions; the clock turns meanwhile. The AXI response, or UNIT_TIMEOUT.
int unit_mmio_write(unit *u, uint32_t offset, uint32_t value);
int unit_mmio_read(unit *u, uint32_t offset, uint32_t *value);

uint64_t unit_step(unit *u, uint64_t cycles);  // ends early when the interrupt rises; cycles turned
uint64_t unit_cycles(const unit *u);           // turned since reset
int unit_irq(const unit *u);                   // the level of the interrupt

void unit_fault(unit *u, uint32_t fault);  // UNIT_FAULT_SILENT lasts until reset
uint64_t unit_transactions(const unit *u); // AXI4 bursts that were completed, since open
// How often the protocol was violated; the first violation as text (null: not wanted).
uint64_t unit_violations(const unit *u, char *text, uint64_t bytes);

#ifdef __cplusplus
}
#endif
#endif
