// Matrix products with an extent of one, or with few columns, each in a stated order.
#include "include/matrices.h"

#include "clones.h"
#include "lanes.h"

enum { COLUMN_TILE = 64, NARROW_PIECE = 1024 };

QK_INLINE float dot(const float *x, const float *y, size_t count) {
    qk_lanes group[4] = {0, 0, 0, 0};
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        for (int g = 0; g < 4; g++) {
            group[g] += QK_LOAD(x + i + 16 * g) * QK_LOAD(y + i + 16 * g);
        }
    }
    for (int g = 0; g < 4 && i < count; g++, i += 16) {
        qk_lanes left, right;
        if (i + 16 <= count) {
            left = QK_LOAD(x + i), right = QK_LOAD(y + i);
        } else {
            qk_load_first(&left, x + i, count - i), qk_load_first(&right, y + i, count - i);
        }
        group[g] += left * right;
    }
    return qk_add_groups(group);
}

QK_CLONES void qk_matrix_times_vector(float *out, size_t out_stride, const float *matrix,
                                      size_t rows, size_t columns, size_t row_stride,
                                      const float *vector, bool accumulate) {
    for (size_t r = 0; r < rows; r++) {
        const float product = dot(matrix + r * row_stride, vector, columns);
        float *place = out + r * out_stride;
        *place = accumulate ? *place + product : product;
    }
}

QK_CLONES void qk_matrix_times_narrow(float *out, size_t out_stride, const float *left, size_t rows,
                                      size_t inner, size_t left_stride, const float *right,
                                      size_t columns, size_t right_stride, bool accumulate) {
    float column[NARROW_PIECE];
    size_t start = 0;
    do {
        const size_t count = inner - start < NARROW_PIECE ? inner - start : NARROW_PIECE;
        for (size_t c = 0; c < columns; c++) {
            const float *source = right + start * right_stride + c;
            for (size_t i = 0; i < count; i++) column[i] = source[i * right_stride];
            for (size_t r = 0; r < rows; r++) {
                const float product = dot(left + r * left_stride + start, column, count);
                float *place = out + r * out_stride + c;
                *place = accumulate || start > 0 ? *place + product : product;
            }
        }
        start += count;
    } while (start < inner);
}

// `width` <= 64 columns of the product of a row vector and a matrix.
QK_INLINE void weighted_rows(float *out, const float *vector, size_t vector_stride,
                             const float *matrix, size_t rows, size_t width, size_t row_stride,
                             bool accumulate) {
    float sums[4][COLUMN_TILE] = {0};
    for (size_t r = 0; r < rows; r++) {
        const float weight = vector[r * vector_stride];
        float *sum = sums[r % 4];
        QK_VECTORIZE for (size_t c = 0; c < width; c++) {
            sum[c] += weight * matrix[r * row_stride + c];
        }
    }
    QK_VECTORIZE for (size_t c = 0; c < width; c++) {
        const float sum = (sums[0][c] + sums[1][c]) + (sums[2][c] + sums[3][c]);
        out[c] = accumulate ? out[c] + sum : sum;
    }
}

// The same for exactly 64 columns, with the accumulators in registers.
QK_INLINE void weighted_rows_full_tile(float *out, const float *vector, size_t vector_stride,
                                       const float *matrix, size_t rows, size_t row_stride,
                                       bool accumulate) {
    qk_lanes sums[4][4] = {0};
    size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
        for (int k = 0; k < 4; k++) {
            const qk_lanes weight = vector[(r + k) * vector_stride];
            const float *row = matrix + (r + k) * row_stride;
            for (int g = 0; g < 4; g++) sums[k][g] += weight * QK_LOAD(row + 16 * g);
        }
    }
    for (int k = 0; r + k < rows; k++) {
        const qk_lanes weight = vector[(r + k) * vector_stride];
        const float *row = matrix + (r + k) * row_stride;
        for (int g = 0; g < 4; g++) sums[k][g] += weight * QK_LOAD(row + 16 * g);
    }
    for (int g = 0; g < 4; g++) {
        const qk_lanes sum = (sums[0][g] + sums[1][g]) + (sums[2][g] + sums[3][g]);
        QK_STORE(out + 16 * g, accumulate ? QK_LOAD(out + 16 * g) + sum : sum);
    }
}

QK_CLONES void qk_vector_times_matrix(float *out, const float *vector, size_t vector_stride,
                                      const float *matrix, size_t rows, size_t columns,
                                      size_t row_stride, bool accumulate) {
    size_t c = 0;
    for (; c + COLUMN_TILE <= columns; c += COLUMN_TILE) {
        weighted_rows_full_tile(out + c, vector, vector_stride, matrix + c, rows, row_stride,
                                accumulate);
    }
    if (c < columns) {
        weighted_rows(out + c, vector, vector_stride, matrix + c, rows, columns - c, row_stride,
                      accumulate);
    }
}

QK_CLONES void qk_outer_product(float *out, size_t row_stride, const float *left, size_t rows,
                                size_t left_stride, const float *right, size_t columns,
                                bool accumulate) {
    for (size_t r = 0; r < rows; r++) {
        const float factor = left[r * left_stride];
        float *row = out + r * row_stride;
        if (accumulate) {
            QK_VECTORIZE for (size_t c = 0; c < columns; c++) row[c] += factor * right[c];
        } else {
            QK_VECTORIZE for (size_t c = 0; c < columns; c++) row[c] = factor * right[c];
        }
    }
}

int qk_best_kernel_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
    if (wide && __builtin_cpu_supports("avx512bf16")) return 4;
    if (wide) return 3;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 2;
    if (__builtin_cpu_supports("avx")) return 1;
#endif
    return 0;
}
