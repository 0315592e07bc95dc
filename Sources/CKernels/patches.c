// The patches of images that a two-dimensional convolution reads, as rows of a matrix.
#include "include/patches.h"

#include "clones.h"

// The elements of a row of the kernel that lie inside of the image: [first, last).
typedef struct {
    ptrdiff_t first, last;
} inside;

QK_INLINE inside clip(ptrdiff_t start, ptrdiff_t kernel, ptrdiff_t dilation, ptrdiff_t extent) {
    inside range = {0, kernel};
    if (start < 0) range.first = (-start + dilation - 1) / dilation;
    if (start + (kernel - 1) * dilation >= extent) {
        range.last = start >= extent ? 0 : (extent - start + dilation - 1) / dilation;
    }
    if (range.first > range.last) range.first = range.last;
    return range;
}

QK_INLINE void copy(float *out, const float *in, ptrdiff_t count) {
    QK_VECTORIZE for (ptrdiff_t i = 0; i < count; i++) out[i] = in[i];
}

QK_INLINE void add(float *out, const float *in, ptrdiff_t count) {
    QK_VECTORIZE for (ptrdiff_t i = 0; i < count; i++) out[i] += in[i];
}

QK_INLINE void clear(float *out, ptrdiff_t count) {
    QK_VECTORIZE for (ptrdiff_t i = 0; i < count; i++) out[i] = 0;
}

// One row of a patch: `kernel_width` columns of the image's row, `dilation` apart.
QK_INLINE void gather_row(float *patch, const float *row, const qk_patch_geometry *g,
                          ptrdiff_t left, inside columns) {
    const ptrdiff_t channels = g->channels;
    clear(patch, columns.first * channels);
    if (g->dilation_width == 1) {
        copy(patch + columns.first * channels, row + (left + columns.first) * channels,
             (columns.last - columns.first) * channels);
    } else {
        for (ptrdiff_t k = columns.first; k < columns.last; k++) {
            copy(patch + k * channels, row + (left + k * g->dilation_width) * channels, channels);
        }
    }
    clear(patch + columns.last * channels, (g->kernel_width - columns.last) * channels);
}

QK_CLONES void qk_gather_patches(float *patches, const float *images,
                                 const qk_patch_geometry *g, size_t count) {
    const ptrdiff_t row_size = (ptrdiff_t)g->width * g->channels;
    const ptrdiff_t patch_row = (ptrdiff_t)g->kernel_width * g->channels;
    for (size_t n = 0; n < count; n++, images += g->height * row_size) {
        for (ptrdiff_t y = 0; y < g->result_height; y++) {
            const ptrdiff_t top = y * g->stride_height - g->padding_top;
            const inside rows = clip(top, g->kernel_height, g->dilation_height, g->height);
            for (ptrdiff_t x = 0; x < g->result_width; x++) {
                const ptrdiff_t left = x * g->stride_width - g->padding_left;
                const inside columns = clip(left, g->kernel_width, g->dilation_width, g->width);
                clear(patches, rows.first * patch_row);
                for (ptrdiff_t k = rows.first; k < rows.last; k++) {
                    const float *row = images + (top + k * g->dilation_height) * row_size;
                    gather_row(patches + k * patch_row, row, g, left, columns);
                }
                clear(patches + rows.last * patch_row,
                      (g->kernel_height - rows.last) * patch_row);
                patches += g->kernel_height * patch_row;
            }
        }
    }
}

QK_CLONES void qk_add_patches(float *images, const float *patches, const qk_patch_geometry *g,
                              size_t count) {
    const ptrdiff_t channels = g->channels;
    const ptrdiff_t row_size = g->width * channels;
    const ptrdiff_t patch_row = g->kernel_width * channels;
    clear(images, (ptrdiff_t)count * g->height * row_size);
    for (size_t n = 0; n < count; n++, images += g->height * row_size) {
        for (ptrdiff_t y = 0; y < g->result_height; y++) {
            const ptrdiff_t top = y * g->stride_height - g->padding_top;
            const inside rows = clip(top, g->kernel_height, g->dilation_height, g->height);
            for (ptrdiff_t x = 0; x < g->result_width; x++) {
                const ptrdiff_t left = x * g->stride_width - g->padding_left;
                const inside columns = clip(left, g->kernel_width, g->dilation_width, g->width);
                for (ptrdiff_t k = rows.first; k < rows.last; k++) {
                    float *row = images + (top + k * g->dilation_height) * row_size;
                    const float *patch = patches + k * patch_row;
                    if (g->dilation_width == 1) {
                        add(row + (left + columns.first) * channels,
                            patch + columns.first * channels,
                            (columns.last - columns.first) * channels);
                        continue;
                    }
                    for (ptrdiff_t j = columns.first; j < columns.last; j++) {
                        add(row + (left + j * g->dilation_width) * channels,
                            patch + j * channels, channels);
                    }
                }
                patches += g->kernel_height * patch_row;
            }
        }
    }
}
