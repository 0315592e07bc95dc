// The patches of images that a two-dimensional convolution reads, as rows of a matrix.
#ifndef QK_PATCHES_H
#define QK_PATCHES_H

#include <stddef.h>
#include <stdint.h>

// Images are [count, height, width, channels]. Patch (y, x) of an image begins at row
// y * stride_height - padding_top, column x * stride_width - padding_left, and has
// kernel_height * kernel_width * channels elements, `dilation` apart; outside of the image are
// zeros. Patches are [count * result_height * result_width, kernel * channels].
typedef struct {
    int32_t height, width, channels;
    int32_t result_height, result_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t padding_top, padding_left;
    int32_t dilation_height, dilation_width;
} qk_patch_geometry;

// The patches of `count` images.
void qk_gather_patches(float *patches, const float *images, const qk_patch_geometry *geometry,
                       size_t count);

// images = for each element the sum of all elements of patches that show it, added in the order of
// the patches: the transpose of qk_gather_patches.
void qk_add_patches(float *images, const float *patches, const qk_patch_geometry *geometry,
                    size_t count);

#endif
