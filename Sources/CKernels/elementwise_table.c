// The table of elementwise operations, one line per opcode.
#include "elementwise.h"

const qk_elementwise_operation *const qk_elementwise_operations[QK_OPCODE_COUNT] = {
    [QK_ADD] = &qk_add,
    [QK_SUBTRACT] = &qk_subtract,
    [QK_MULTIPLY] = &qk_multiply,
    [QK_DIVIDE] = &qk_divide,
    [QK_MAXIMUM] = &qk_maximum,
    [QK_MINIMUM] = &qk_minimum,
    [QK_SELECT] = &qk_select,
    [QK_NEGATE] = &qk_negate,
    [QK_EXPONENTIAL] = &qk_exponential_loops,
    [QK_LOGARITHM] = &qk_logarithm_loops,
    [QK_SQUARE_ROOT] = &qk_square_root,
    [QK_RECIPROCAL] = &qk_reciprocal,
    [QK_TANH] = &qk_tanh_loops,
    [QK_SIGMOID] = &qk_sigmoid_loops,
    [QK_SOFTPLUS] = &qk_softplus_loops,
    [QK_COPY] = &qk_copy,
    [QK_MULTIPLY_ADD] = &qk_multiply_add,
    [QK_MULTIPLY_SUBTRACT] = &qk_multiply_subtract,
    [QK_SUBTRACT_PRODUCT] = &qk_subtract_product,
    [QK_SUM_OF_PRODUCTS] = &qk_sum_of_products,
    [QK_SCALED_SQUARE_ADD] = &qk_scaled_square_add,
    [QK_SQUARE_ROOT_AFFINE] = &qk_square_root_affine,
    [QK_SUBTRACT_QUOTIENT] = &qk_subtract_quotient,
};
