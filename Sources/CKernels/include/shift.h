// Images moved by random offsets.
#ifndef QK_SHIFT_H
#define QK_SHIFT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int32_t count, height, width, channels;
    // The smallest offset, and how many there are from it on.
    int32_t first_height, first_width, choices_height, choices_width;
    // Whether images move by the offsets' negatives.
    bool is_reversed;
} qk_image_shift;

// out[n, y, x, c] = images[n, y - dy, x - dx, c], 0 beyond the image, for
// dy = first_height + floor(numbers[n, 0] * choices_height) and dx alike; numbers beyond [0, 1)
// count as the nearest. The buffers do not overlap.
void qk_shift_images(float *out, const float *images, const float *numbers,
                     const qk_image_shift *shift);

#endif
