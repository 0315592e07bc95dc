// Sums in a stated order.
#include "include/reductions.h"

#include "clones.h"
#include "lanes.h"

enum { COLUMN_TILE = 64, NARROW_INNER = 32, ROW_LANES = 16, SHORT_AXIS = 16 };

QK_INLINE float sum_contiguous(const float *x, size_t count) {
    qk_lanes group[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        for (int g = 0; g < 4; g++) group[g] += QK_LOAD(x + i + 16 * g);
    }
    for (int g = 0; g < 4 && i < count; g++, i += 16) {
        qk_lanes part;
        if (i + 16 <= count) {
            part = QK_LOAD(x + i);
        } else {
            qk_load_first(&part, x + i, count - i);
        }
        group[g] += part;
    }
    return qk_add_groups(group);
}

QK_CLONES static void sum_short_rows(float *out, const float *in, size_t outer, size_t axis) {
    for (size_t o = 0; o < outer; o++) {
        float sum = 0;
        for (size_t a = 0; a < axis; a++) sum += in[o * axis + a];
        out[o] = sum;
    }
}

QK_CLONES static void sum_rows(float *out, const float *in, size_t outer, size_t axis) {
    for (size_t o = 0; o < outer; o++) out[o] = sum_contiguous(in + o * axis, axis);
}

// Row a goes to accumulator a mod 4, `width` columns at a time.
QK_INLINE void sum_columns_tile(float *out, const float *in, size_t axis, size_t stride,
                                size_t width) {
    float sums[4][COLUMN_TILE] = {0};
    for (size_t a = 0; a < axis; a++) {
        float *sum = sums[a % 4];
        QK_VECTORIZE for (size_t i = 0; i < width; i++) sum[i] += in[a * stride + i];
    }
    QK_VECTORIZE for (size_t i = 0; i < width; i++) {
        out[i] = (sums[0][i] + sums[1][i]) + (sums[2][i] + sums[3][i]);
    }
}

// The same for a full tile, with the accumulators in registers.
QK_INLINE void sum_columns_full_tile(float *out, const float *in, size_t axis, size_t stride) {
    qk_lanes sums[4][4] = {0};
    size_t a = 0;
    for (; a + 4 <= axis; a += 4) {
        for (int r = 0; r < 4; r++) {
            for (int g = 0; g < 4; g++) sums[r][g] += QK_LOAD(in + (a + r) * stride + 16 * g);
        }
    }
    for (int r = 0; a + r < axis; r++) {
        for (int g = 0; g < 4; g++) sums[r][g] += QK_LOAD(in + (a + r) * stride + 16 * g);
    }
    for (int g = 0; g < 4; g++) {
        QK_STORE(out + 16 * g, (sums[0][g] + sums[1][g]) + (sums[2][g] + sums[3][g]));
    }
}

QK_CLONES static void sum_columns(float *out, const float *in, size_t outer, size_t axis,
                                  size_t inner) {
    for (size_t o = 0; o < outer; o++) {
        const float *rows = in + o * axis * inner;
        float *sums = out + o * inner;
        size_t i = 0;
        for (; i + COLUMN_TILE <= inner; i += COLUMN_TILE) {
            sum_columns_full_tile(sums + i, rows + i, axis, inner);
        }
        if (i < inner) sum_columns_tile(sums + i, rows + i, axis, inner, inner - i);
    }
}

// Few columns: sixteen rows are one long row, whose sixteen parts are added at the end.
QK_CLONES static void sum_narrow_columns(float *out, const float *in, size_t outer, size_t axis,
                                         size_t inner) {
    const size_t width = ROW_LANES * inner;
    for (size_t o = 0; o < outer; o++) {
        const float *rows = in + o * axis * inner;
        float lanes[ROW_LANES * NARROW_INNER] = {0};
        const size_t count = axis * inner;
        for (size_t start = 0; start < count; start += width) {
            const size_t part = count - start < width ? count - start : width;
            QK_VECTORIZE for (size_t i = 0; i < part; i++) lanes[i] += rows[start + i];
        }
        for (size_t half = ROW_LANES / 2; half > 0; half /= 2) {
            for (size_t i = 0; i < half * inner; i++) lanes[i] += lanes[half * inner + i];
        }
        memcpy(out + o * inner, lanes, inner * sizeof(float));
    }
}

void qk_sum(float *out, const float *in, size_t outer, size_t axis, size_t inner) {
    if (inner == 1 && axis < SHORT_AXIS) {
        sum_short_rows(out, in, outer, axis);
    } else if (inner == 1) {
        sum_rows(out, in, outer, axis);
    } else if (inner < NARROW_INNER) {
        sum_narrow_columns(out, in, outer, axis, inner);
    } else {
        sum_columns(out, in, outer, axis, inner);
    }
}

QK_CLONES double qk_sum_squares(const float *x, size_t count) {
    double lanes[32] = {0};
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        QK_VECTORIZE for (size_t l = 0; l < 32; l++) {
            lanes[l] += (double)x[i + l] * (double)x[i + l];
        }
    }
    for (size_t l = 0; i + l < count; l++) lanes[l] += (double)x[i + l] * (double)x[i + l];
    for (size_t half = 16; half > 0; half /= 2) {
        for (size_t l = 0; l < half; l++) lanes[l] += lanes[l + half];
    }
    return lanes[0];
}

// Nonzero if the exponent bits of any of the elements are all set.
QK_INLINE uint32_t any_nonfinite(const float *x, size_t count) {
    uint32_t found = 0;
    QK_VECTORIZE for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        found |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return found;
}

QK_CLONES ptrdiff_t qk_first_nonfinite(const float *x, size_t count) {
    enum { BLOCK = 1024 };
    for (size_t start = 0; start < count; start += BLOCK) {
        const size_t length = count - start < BLOCK ? count - start : BLOCK;
        if (!any_nonfinite(x + start, length)) continue;
        for (size_t i = start;; i++) {
            if (any_nonfinite(x + i, 1)) return (ptrdiff_t)i;
        }
    }
    return -1;
}
