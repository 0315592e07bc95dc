// Elementwise composites: sequences that optimisers and losses repeat, in one loop.
//
// Sets of scalars: 1 = a, 2 = b, 4 = c, 8 = d. Where a product may be swapped, a lone scalar factor
// comes second, so sets with the first factor alone are not needed.
#include "elementwise_kernel.h"

// Loops for two operands that are often scalars: one of them, the other, both, none.
#define QK_PAIR_OF_SCALARS(name, count, swaps, first, second, both, expression)                 \
    QK_KERNEL(name, 0, expression)                                                              \
    QK_KERNEL(name, first, expression)                                                          \
    QK_KERNEL(name, second, expression)                                                         \
    QK_KERNEL(name, both, expression)                                                           \
    const qk_elementwise_operation qk_##name = {count,                                          \
                                                swaps,                                          \
                                                {[0] = name##_with_0,                           \
                                                 [first] = name##_with_##first,                 \
                                                 [second] = name##_with_##second,               \
                                                 [both] = name##_with_##both}};

#define QK_ROOT(x) __builtin_elementwise_sqrt(x)

// clang-format off
QK_PAIR_OF_SCALARS(multiply_add, 3, QK_SWAPS_A_B, 2, 4, 6, a * b + c)
QK_PAIR_OF_SCALARS(multiply_subtract, 3, QK_SWAPS_A_B, 2, 4, 6, a * b - c)
QK_PAIR_OF_SCALARS(subtract_product, 3, QK_SWAPS_A_B, 2, 4, 6, c - a * b)
QK_PAIR_OF_SCALARS(sum_of_products, 4, QK_SWAPS_A_B | QK_SWAPS_C_D, 2, 8, 10, a * b + c * d)
QK_PAIR_OF_SCALARS(scaled_square_add, 4, QK_SWAPS_A_B, 2, 4, 6, a * b + c * (d * d))
QK_PAIR_OF_SCALARS(square_root_affine, 3, QK_SWAPS_NONE, 2, 4, 6, QK_ROOT(a) * b + c)
// clang-format on

QK_KERNEL(subtract_quotient, 0, a - (b * c) / d)
QK_KERNEL(subtract_quotient, 4, a - (b * c) / d)
const qk_elementwise_operation qk_subtract_quotient = {
    4, QK_SWAPS_NONE, {[0] = subtract_quotient_with_0, [4] = subtract_quotient_with_4}};
