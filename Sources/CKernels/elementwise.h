// The loops behind the steps of a fused program: one per opcode and set of scalar operands.
#ifndef QK_ELEMENTWISE_H
#define QK_ELEMENTWISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/fused.h"

// out[i] = f(a[i], b[i], c[i], d[i]) for i < count; a scalar operand is read at index 0 only.
typedef void (*qk_tile_kernel)(float *out, const float *a, const float *b, const float *c,
                               const float *d, size_t count);

enum { QK_SCALAR_A = 1, QK_SCALAR_B = 2, QK_SCALAR_C = 4, QK_SCALAR_D = 8, QK_SCALAR_SETS = 16 };

// Operands that may change places without changing a bit.
enum { QK_SWAPS_NONE = 0, QK_SWAPS_A_B = 1, QK_SWAPS_C_D = 2 };

// The kernels of one opcode: its operand count, the swaps it allows, and a loop for each set of
// scalar operands that has one. Set 0 (no scalars) always has; a missing set is served by a swap
// or by spreading a scalar over a tile.
typedef struct {
    uint8_t operand_count;
    uint8_t swaps;
    qk_tile_kernel with_scalars[QK_SCALAR_SETS];
} qk_elementwise_operation;

extern const qk_elementwise_operation *const qk_elementwise_operations[QK_OPCODE_COUNT];

// Parts of the table above, by source file.
extern const qk_elementwise_operation qk_add, qk_subtract, qk_multiply, qk_divide, qk_maximum,
    qk_minimum, qk_select, qk_negate, qk_copy, qk_square_root, qk_reciprocal;
extern const qk_elementwise_operation qk_exponential_loops, qk_logarithm_loops, qk_tanh_loops,
    qk_sigmoid_loops, qk_softplus_loops;
extern const qk_elementwise_operation qk_multiply_add, qk_multiply_subtract, qk_subtract_product,
    qk_sum_of_products, qk_scaled_square_add, qk_square_root_affine, qk_subtract_quotient;

// Runs a program that is exactly an update by adaptive moments as one loop; false for others.
bool qk_run_moments(const qk_fused_program *program, const float *const *inputs,
                    float *const *outputs);

#endif
