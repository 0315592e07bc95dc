// Copies, broadcasts, transposes, fills and gathers.
#ifndef QK_MEMORY_LAYOUT_H
#define QK_MEMORY_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

// out[sum i_k * out_strides[k]] = in[sum i_k * in_strides[k]] for all i_k < extents[k]; strides in
// elements, an input stride of 0 broadcasts. The buffers do not overlap.
void qk_copy_strided(float *out, const float *in, const ptrdiff_t extents[4],
                     const ptrdiff_t out_strides[4], const ptrdiff_t in_strides[4]);

// out[i] = value for i < count.
void qk_fill(float *out, float value, size_t count);

// out[n, j] = data[indices[n], j] * scale + offset, rounded twice, for n < count, j < example_size.
// Indices are trusted to be in range.
void qk_gather_bytes(float *out, const uint8_t *data, const int32_t *indices, size_t count,
                     size_t example_size, float scale, float offset);

// out[n, j] = data[indices[n], j].
void qk_gather_floats(float *out, const float *data, const int32_t *indices, size_t count,
                      size_t example_size);

#endif
