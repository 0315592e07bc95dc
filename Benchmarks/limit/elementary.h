// Elementary functions that the compiler turns into vector code, and normals from a counter.

#ifndef ELEMENTARY_H
#define ELEMENTARY_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline float from_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

static inline int32_t to_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, 4);
    return bits;
}

// exp(x), relative error below 2e-7: 2^n times a polynomial on |r| <= log(2)/2 (Cephes expf).
static inline float exponential(float x) {
    x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
    float n = rintf(x * 1.44269504f);
    float r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return (p * r * r + r + 1.0f) * from_bits(((int32_t)n + 127) << 23);
}

// log(x) of a positive normal number (Cephes logf).
static inline float logarithm(float x) {
    int32_t bits = to_bits(x) - 0x3f3504f3;  // sqrt(1/2)
    float e = (float)(bits >> 23);
    float f = from_bits((bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    return f + (p * f - 0.5f) * f * f + e * 0.69314718f;
}

static inline float rectified(float x) { return x > 0.0f ? x : 0.0f; }

static inline float sigmoid(float x) { return 1.0f / (1.0f + exponential(-x)); }

// log(1 + exp(x))
static inline float softplus(float x) {
    return rectified(x) + logarithm(1.0f + exponential(-fabsf(x)));
}

static inline uint32_t mixed(uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7feb352du;
    x = (x ^ (x >> 15)) * 0x846ca68bu;
    return x ^ (x >> 16);
}

// Normals by Box-Muller from a counter-based hash; count is even.
static inline void fill_normal(float *out, int count, uint32_t key, uint32_t draw) {
    uint32_t first = mixed(key) + draw * (uint32_t)count, half = (uint32_t)count / 2;
    for (uint32_t i = 0; i < half; i++) {
        uint32_t a = mixed(first + 2 * i), b = mixed(first + 2 * i + 1);
        float u = ((float)(int32_t)(a >> 9) + 0.5f) * 0x1p-23f;
        float radius = __builtin_sqrtf(-2.0f * logarithm(u));
        // Angle 2 pi t with t in [-1/2, 1/2): sine and cosine of a quarter of it, doubled twice.
        float t = (float)((int32_t)b >> 8) * (0x1p-24f * 1.57079633f);
        float t2 = t * t;
        float s = t * (1.0f + t2 * (-1.66666667e-1f + t2 * (8.3333333e-3f + t2 * -1.98412698e-4f)));
        float c = 1.0f + t2 * (-0.5f + t2 * (4.16666667e-2f + t2 * (-1.38888889e-3f
            + t2 * 2.48015873e-5f)));
        float s2 = 2.0f * s * c, c2 = c * c - s * s;
        out[i] = radius * (2.0f * s2 * c2);
        out[half + i] = radius * (c2 * c2 - s2 * s2);
    }
}

#endif
