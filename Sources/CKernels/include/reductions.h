// Sums in a stated order, and the search for the first bad number.
#ifndef QK_REDUCTIONS_H
#define QK_REDUCTIONS_H

#include <stddef.h>

// out[o, i] = sum over a of in[o, a, i], shapes [outer, inner] and [outer, axis, inner].
// inner == 1 and axis < 16: one after the other. inner == 1: element a goes to lane a mod 64; the
// lanes are added by halving (lane l + lane l + 32, then + 16, ... + 1). inner < 32: likewise with
// 16 lanes, each a row of `inner`. Otherwise: row a goes to accumulator a mod 4; (0 + 1) + (2 + 3).
void qk_sum(float *out, const float *in, size_t outer, size_t axis, size_t inner);

// Sum of x[i]^2 in double, element i in lane i mod 32, the lanes added by halving.
double qk_sum_squares(const float *x, size_t count);

// Index of the first infinity or NaN, or -1.
ptrdiff_t qk_first_nonfinite(const float *x, size_t count);

#endif
