// Elementwise operations that the hardware has.
#include "elementwise_kernel.h"

QK_BINARY(add, a + b)
QK_BINARY(subtract, a - b)
QK_BINARY(multiply, a * b)
QK_BINARY(divide, a / b)
QK_BINARY(maximum, ((a > b) | (a != a)) ? a : b)
QK_BINARY(minimum, ((a < b) | (a != a)) ? a : b)

QK_UNARY(negate, qk_negate, -a)
QK_UNARY(copy, qk_copy, a)
QK_UNARY(square_root, qk_square_root, __builtin_elementwise_sqrt(a))
QK_UNARY(reciprocal, qk_reciprocal, 1.0f / a)

// a is the condition; b and c are the values, often constants.
#define SELECT a <= 0.0f ? c : b
QK_KERNEL(select, 0, SELECT)
QK_KERNEL(select, 2, SELECT)
QK_KERNEL(select, 4, SELECT)
QK_KERNEL(select, 6, SELECT)
const qk_elementwise_operation qk_select = {
    3, QK_SWAPS_NONE,
    {[0] = select_with_0, [2] = select_with_2, [4] = select_with_4, [6] = select_with_6}};
