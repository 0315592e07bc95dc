// Elementary functions of one float, without branches, so that a loop over them vectorises.
//
// Each is within 2 units in the last place of the exact value, the sigmoid within 2.5 (the tests
// measure it), returns NaN for NaN, and takes its exact limit at the infinities. Only additions,
// multiplications, divisions and square roots are used, never a fused multiply-add, so the bits
// are the same on every CPU. The polynomials are minimax fits made for this library, rounded
// coefficient by coefficient.
#ifndef QK_VECTOR_MATH_H
#define QK_VECTOR_MATH_H

#include "clones.h"

QK_INLINE int32_t qk_bits(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

QK_INLINE float qk_from_bits(int32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

// ln 2 in two parts: the first has 15 significant bits, so that k * QK_LN2_HIGH is exact.
#define QK_LN2_HIGH 0.693145751953125f
#define QK_LN2_LOW 1.4286068e-06f
#define QK_SQUARE_ROOT_HALF_BITS 0x3f3504f3u

// exp(x) = 2^k exp(r), |r| <= ln(2) / 2. 2^k is applied in two halves: the first is added to the
// exponent and the second is a product that rounds once, also to a subnormal number, to zero or to
// infinity.
QK_INLINE float qk_exponential(float x) {
    float bounded = x < -104.0f ? -104.0f : x;
    bounded = bounded > 89.0f ? 89.0f : bounded;
    const float magic = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
    const float shifted = bounded * 1.442695f + magic;
    const float k = shifted - magic;
    const float high = bounded - k * QK_LN2_HIGH;  // exact
    const float low = k * QK_LN2_LOW;
    const float r = high - low;
    const float square = r * r;
    const float fourth = (4.16682810e-02f + 8.36924929e-03f * r) + square * 1.38207746e-03f;
    const float second = (4.99999940e-01f + 1.66665167e-01f * r) + square * fourth;
    const float p = 1.0f + (high + (square * second - low));
    const int32_t exponent = (int32_t)((uint32_t)qk_bits(shifted) - (uint32_t)qk_bits(magic));
    const int32_t half = exponent >> 1;
    const float scaled = qk_from_bits((int32_t)((uint32_t)qk_bits(p) + ((uint32_t)half << 23)));
    const float scale = qk_from_bits((int32_t)((uint32_t)(exponent - half + 127) << 23));
    const float y = scaled * scale;
    return x != x ? x : y;
}

// log(1 + f) + k ln 2 for sqrt(1/2) - 1 <= f <= sqrt(2) - 1.
QK_INLINE float qk_logarithm_of_sum(float f, float k) {
    float p = 6.74953908e-02f;
    p = p * f - 1.16701826e-01f;
    p = p * f + 1.18834712e-01f;
    p = p * f - 1.24062084e-01f;
    p = p * f + 1.42203629e-01f;
    p = p * f - 1.66679904e-01f;
    p = p * f + 2.00020716e-01f;
    p = p * f - 2.50000089e-01f;
    p = p * f + 3.33333135e-01f;
    const float square = f * f;
    const float correction = square * f * p + k * QK_LN2_LOW;
    return k * QK_LN2_HIGH + (f + (correction - 0.5f * square));
}

// log(x); -infinity at zero, NaN below it.
QK_INLINE float qk_logarithm(float x) {
    const int subnormal = x < 1.17549435e-38f;
    const float scaled = subnormal ? x * 8388608.0f : x;
    const int32_t bits = qk_bits(scaled);
    const int32_t exponent = (int32_t)((uint32_t)bits - QK_SQUARE_ROOT_HALF_BITS) >> 23;
    const float mantissa = qk_from_bits((int32_t)((uint32_t)bits - ((uint32_t)exponent << 23)));
    const float k = (float)(exponent - (subnormal ? 23 : 0));
    float y = qk_logarithm_of_sum(mantissa - 1.0f, k);
    y = x == 0.0f ? -__builtin_inff() : y;
    y = x < 0.0f ? __builtin_nanf("") : y;
    y = x == __builtin_inff() ? x : y;
    return x != x ? x : y;
}

// log(1 + x) for 0 <= x <= 1: no subtraction loses a bit that matters, and no division is needed.
QK_INLINE float qk_logarithm_one_plus_fraction(float x) {
    const int large = x > 0.41421356f;
    return qk_logarithm_of_sum(large ? x * 0.5f - 0.5f : x, large ? 1.0f : 0.0f);
}

// max(x, 0) + log(1 + exp(-|x|)).
QK_INLINE float qk_softplus(float x) {
    const float tail = qk_logarithm_one_plus_fraction(qk_exponential(-__builtin_fabsf(x)));
    const float positive = x > 0.0f ? x : 0.0f;
    const float y = positive + tail;
    return x != x ? x : y;
}

// 1 / (1 + exp(-x)), as exp(x) / (1 + exp(x)) below zero, so that small results keep their digits.
QK_INLINE float qk_sigmoid(float x) {
    const float e = qk_exponential(-__builtin_fabsf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

// An odd polynomial near zero, 1 - 2 / (exp(2 |x|) + 1) beyond.
QK_INLINE float qk_tanh(float x) {
    const float magnitude = __builtin_fabsf(x);
    const float z = x * x;
    float p = -5.69734583e-03f;
    p = p * z + 2.06317231e-02f;
    p = p * z - 5.37372679e-02f;
    p = p * z + 1.33314103e-01f;
    p = p * z - 3.33332807e-01f;
    const float near = magnitude + magnitude * z * p;
    const float far = 1.0f - 2.0f / (qk_exponential(2.0f * magnitude) + 1.0f);
    const float y = __builtin_copysignf(magnitude < 0.625f ? near : far, x);
    return x != x ? x : y;
}

// sin(2 pi u) and cos(2 pi u) for |u| <= 2^20: the quarter turn is split off exactly, and the
// leading coefficient 2 pi is 6.28125 plus a small part, so that one rounding dominates.
QK_INLINE void qk_sine_cosine_of_turns(float u, float *sine, float *cosine) {
    const float magic = 12582912.0f;
    const float shifted = u * 4.0f + magic;
    const uint32_t quarter = (uint32_t)qk_bits(shifted);
    const float r = u - (shifted - magic) * 0.25f;
    const float z = r * r;
    float s = -7.53683014e+01f;
    s = s * z + 8.15918808e+01f;
    s = s * z - 4.13416595e+01f;
    s = s * z + 1.93528680e-03f;
    s = r * 6.28125f + r * s;
    float c = 5.86192818e+01f;
    c = c * z - 8.54245071e+01f;
    c = c * z + 6.49391479e+01f;
    c = c * z - 1.97392082e+01f;
    c = 1.0f + z * c;
    const int odd = (quarter & 1) != 0;
    const float first = odd ? c : s;
    const float second = odd ? s : c;
    *sine = qk_from_bits((int32_t)((uint32_t)qk_bits(first) ^ ((quarter & 2) << 30)));
    *cosine = qk_from_bits((int32_t)((uint32_t)qk_bits(second) ^ (((quarter + 1) & 2) << 30)));
}

#endif
