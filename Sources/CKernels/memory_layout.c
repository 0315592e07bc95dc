// Copies, broadcasts, transposes, fills and gathers.
#include "include/memory_layout.h"

#include "clones.h"

typedef struct {
    ptrdiff_t extent, out, in;
} axis;

// MARK: Two inner axes

enum { TRANSPOSE_BLOCK = 8 };

QK_CLONES static void copy_row(float *out, const float *in, ptrdiff_t count, ptrdiff_t out_stride,
                               ptrdiff_t in_stride) {
    if (out_stride == 1 && in_stride == 1) {
        memcpy(out, in, (size_t)count * sizeof(float));
    } else if (out_stride == 1 && in_stride == 0) {
        const float value = *in;
        QK_VECTORIZE for (ptrdiff_t i = 0; i < count; i++) out[i] = value;
    } else {
        for (ptrdiff_t i = 0; i < count; i++) out[i * out_stride] = in[i * in_stride];
    }
}

typedef float eight __attribute__((ext_vector_type(8)));
typedef float unaligned_eight __attribute__((ext_vector_type(8), aligned(4)));

// Lanes of x and y in turns, from the lower or the upper half of each group of four.
#define LOWER_LANES(x, y) __builtin_shufflevector(x, y, 0, 8, 1, 9, 4, 12, 5, 13)
#define UPPER_LANES(x, y) __builtin_shufflevector(x, y, 2, 10, 3, 11, 6, 14, 7, 15)
#define LOWER_PAIRS(x, y) __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#define UPPER_PAIRS(x, y) __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOWER_HALVES(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#define UPPER_HALVES(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)

// An 8 x 8 block from rows to columns, in registers.
QK_INLINE void transpose_block(float *out, const float *in, ptrdiff_t out_stride,
                               ptrdiff_t in_stride) {
    eight row[8], half[8];
    for (int i = 0; i < 8; i++) row[i] = *(const unaligned_eight *)(in + i * in_stride);
    for (int i = 0; i < 8; i += 4) {
        const eight lower0 = LOWER_LANES(row[i], row[i + 1]);
        const eight upper0 = UPPER_LANES(row[i], row[i + 1]);
        const eight lower1 = LOWER_LANES(row[i + 2], row[i + 3]);
        const eight upper1 = UPPER_LANES(row[i + 2], row[i + 3]);
        half[i] = LOWER_PAIRS(lower0, lower1);
        half[i + 1] = UPPER_PAIRS(lower0, lower1);
        half[i + 2] = LOWER_PAIRS(upper0, upper1);
        half[i + 3] = UPPER_PAIRS(upper0, upper1);
    }
    for (int i = 0; i < 4; i++) {
        *(unaligned_eight *)(out + i * out_stride) = LOWER_HALVES(half[i], half[i + 4]);
        *(unaligned_eight *)(out + (i + 4) * out_stride) = UPPER_HALVES(half[i], half[i + 4]);
    }
}

// out[r * out_stride + c] = in[c * in_stride + r], block by block so that both stay in the cache.
QK_CLONES static void transpose(float *out, const float *in, ptrdiff_t rows, ptrdiff_t columns,
                                ptrdiff_t out_stride, ptrdiff_t in_stride) {
    for (ptrdiff_t r = 0; r < rows; r += TRANSPOSE_BLOCK) {
        const ptrdiff_t height = rows - r < TRANSPOSE_BLOCK ? rows - r : TRANSPOSE_BLOCK;
        for (ptrdiff_t c = 0; c < columns; c += TRANSPOSE_BLOCK) {
            const ptrdiff_t width = columns - c < TRANSPOSE_BLOCK ? columns - c : TRANSPOSE_BLOCK;
            float *to = out + r * out_stride + c;
            const float *from = in + c * in_stride + r;
            if (height == TRANSPOSE_BLOCK && width == TRANSPOSE_BLOCK) {
                transpose_block(to, from, out_stride, in_stride);
                continue;
            }
            for (ptrdiff_t i = 0; i < height; i++) {
                for (ptrdiff_t j = 0; j < width; j++) {
                    to[i * out_stride + j] = from[j * in_stride + i];
                }
            }
        }
    }
}

static void copy_plane(float *out, const float *in, axis rows, axis columns) {
    if (rows.in == 1 && columns.out == 1 && rows.extent > 1) {
        transpose(out, in, rows.extent, columns.extent, rows.out, columns.in);
        return;
    }
    for (ptrdiff_t r = 0; r < rows.extent; r++) {
        copy_row(out + r * rows.out, in + r * rows.in, columns.extent, columns.out, columns.in);
    }
}

// MARK: Four axes

// The axes of extent above one, the largest output stride first. Returns their number.
static int sort_axes(axis axes[4], const ptrdiff_t extents[4], const ptrdiff_t out_strides[4],
                     const ptrdiff_t in_strides[4]) {
    int count = 0;
    for (int k = 0; k < 4; k++) {
        if (extents[k] == 1) continue;
        int place = count++;
        for (; place > 0 && axes[place - 1].out < out_strides[k]; place--) {
            axes[place] = axes[place - 1];
        }
        axes[place] = (axis){extents[k], out_strides[k], in_strides[k]};
    }
    return count;
}

// Makes one axis of neighbours that are one run of memory on both sides. Returns the number left.
static int merge_axes(axis axes[4], int count) {
    int merged = 0;
    for (int k = 0; k < count; k++) {
        axis *last = &axes[merged - 1];
        if (merged > 0 && last->out == axes[k].out * axes[k].extent &&
            last->in == axes[k].in * axes[k].extent) {
            *last = (axis){last->extent * axes[k].extent, axes[k].out, axes[k].in};
        } else {
            axes[merged++] = axes[k];
        }
    }
    return merged;
}

void qk_copy_strided(float *out, const float *in, const ptrdiff_t extents[4],
                     const ptrdiff_t out_strides[4], const ptrdiff_t in_strides[4]) {
    for (int k = 0; k < 4; k++) {
        if (extents[k] <= 0) return;
    }
    axis sorted[4], axes[4] = {{1, 0, 0}, {1, 0, 0}, {1, 0, 0}, {1, 1, 1}};
    const int count = merge_axes(sorted, sort_axes(sorted, extents, out_strides, in_strides));
    for (int k = 0; k < count; k++) axes[4 - count + k] = sorted[k];
    // The innermost axis runs along the output; the next one runs along the input if it can.
    for (int k = 0; k < 2; k++) {
        if (axes[k].in != 1) continue;
        const axis along_input = axes[k];
        axes[k] = axes[2];
        axes[2] = along_input;
    }
    for (ptrdiff_t i = 0; i < axes[0].extent; i++) {
        for (ptrdiff_t j = 0; j < axes[1].extent; j++) {
            copy_plane(out + i * axes[0].out + j * axes[1].out,
                       in + i * axes[0].in + j * axes[1].in, axes[2], axes[3]);
        }
    }
}

QK_CLONES void qk_fill(float *out, float value, size_t count) {
    QK_VECTORIZE for (size_t i = 0; i < count; i++) out[i] = value;
}

// MARK: Gathers

QK_CLONES void qk_gather_bytes(float *out, const uint8_t *data, const int32_t *indices,
                               size_t count, size_t example_size, float scale, float offset) {
    for (size_t n = 0; n < count; n++) {
        const uint8_t *example = data + (size_t)indices[n] * example_size;
        float *row = out + n * example_size;
        QK_VECTORIZE for (size_t j = 0; j < example_size; j++) {
            row[j] = (float)example[j] * scale + offset;
        }
    }
}

void qk_gather_floats(float *out, const float *data, const int32_t *indices, size_t count,
                      size_t example_size) {
    for (size_t n = 0; n < count; n++) {
        memcpy(out + n * example_size, data + (size_t)indices[n] * example_size,
               example_size * sizeof(float));
    }
}
