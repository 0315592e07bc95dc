// Numeric loops on plain buffers: no allocation, no locks, no failure, no graph.
//
// Every function gives the same bits on every x86-64 CPU and for every way it may be cut into
// pieces. Buffers need the alignment of their element only (64 bytes is fastest).
#ifndef CKERNELS_H
#define CKERNELS_H

#include "fused.h"
#include "matrices.h"
#include "memory_layout.h"
#include "patches.h"
#include "random.h"
#include "reductions.h"
#include "shift.h"
#include "tiles.h"

#endif
