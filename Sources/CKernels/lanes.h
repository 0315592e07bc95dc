// Sums over sixteen lanes.
#ifndef QK_LANES_H
#define QK_LANES_H

#include "clones.h"

// Loads the first `count` < 16 elements, zero in the other lanes.
QK_INLINE void qk_load_first(qk_lanes *lanes, const float *x, size_t count) {
    float padded[16] = {0};
    memcpy(padded, x, count * sizeof(float));
    *lanes = QK_LOAD(padded);
}

// The sixty-four lanes of four groups added by halving: lane l and lane l + 32, then + 16, ... + 1.
QK_INLINE float qk_add_groups(const qk_lanes group[4]) {
    const qk_lanes sixteen = (group[0] + group[2]) + (group[1] + group[3]);
    const __attribute__((ext_vector_type(8))) float eight = sixteen.lo + sixteen.hi;
    const __attribute__((ext_vector_type(4))) float four = eight.lo + eight.hi;
    const __attribute__((ext_vector_type(2))) float two = four.lo + four.hi;
    return two.x + two.y;
}

#endif
