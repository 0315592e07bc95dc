// Matrix products with an extent of one, or with few columns, which a general product serves
// badly. Row-major.
#ifndef QK_MATRICES_H
#define QK_MATRICES_H

#include <stdbool.h>
#include <stddef.h>

// out[r * out_stride] (+)= sum over c of matrix[r * row_stride + c] * vector[c].
// The products of one row go to 64 lanes, c mod 64, and are added by halving.
void qk_matrix_times_vector(float *out, size_t out_stride, const float *matrix, size_t rows,
                            size_t columns, size_t row_stride, const float *vector,
                            bool accumulate);

// out[r * out_stride + c] (+)= sum over i of
// left[r * left_stride + i] * right[i * right_stride + c], for few columns: each as a product with
// a vector, by pieces of 1,024 along the inner axis.
void qk_matrix_times_narrow(float *out, size_t out_stride, const float *left, size_t rows,
                            size_t inner, size_t left_stride, const float *right, size_t columns,
                            size_t right_stride, bool accumulate);

// out[c] (+)= sum over r of vector[r * vector_stride] * matrix[r * row_stride + c].
// Row r goes to accumulator r mod 4; (0 + 1) + (2 + 3).
void qk_vector_times_matrix(float *out, const float *vector, size_t vector_stride,
                            const float *matrix, size_t rows, size_t columns, size_t row_stride,
                            bool accumulate);

// out[r * row_stride + c] (+)= left[r * left_stride] * right[c].
void qk_outer_product(float *out, size_t row_stride, const float *left, size_t rows,
                      size_t left_stride, const float *right, size_t columns, bool accumulate);

// The best OpenBLAS kernel family for the features of this CPU: 4 = Cooperlake (AVX-512 with
// bfloat16), 3 = SkylakeX (AVX-512), 2 = Haswell (AVX2 and FMA), 1 = Sandybridge (AVX), 0 = older
// or another architecture.
int qk_best_kernel_level(void);

#endif
