// Elementwise elementary functions.
#include "elementwise_kernel.h"
#include "vector_math.h"

QK_UNARY(exponential, qk_exponential_loops, qk_exponential(a))
QK_UNARY(logarithm, qk_logarithm_loops, qk_logarithm(a))
QK_UNARY(tanh, qk_tanh_loops, qk_tanh(a))
QK_UNARY(sigmoid, qk_sigmoid_loops, qk_sigmoid(a))
QK_UNARY(softplus, qk_softplus_loops, qk_softplus(a))
