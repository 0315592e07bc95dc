// Images moved by random offsets.
#include "include/shift.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

// In double precision, so that every evaluator draws the same.
static ptrdiff_t offset(float number, int32_t first, int32_t choices, bool is_reversed) {
    const double choice = floor((double)number * choices);
    const double bounded = choice >= 0 ? (choice < choices ? choice : choices - 1) : 0;
    const ptrdiff_t offset = first + (ptrdiff_t)bounded;
    return is_reversed ? -offset : offset;
}

static ptrdiff_t clamped(ptrdiff_t value, ptrdiff_t limit) {
    return value < 0 ? 0 : value > limit ? limit : value;
}

void qk_shift_images(float *out, const float *images, const float *numbers,
                     const qk_image_shift *shift) {
    const ptrdiff_t height = shift->height, width = shift->width, channels = shift->channels;
    const ptrdiff_t row_size = width * channels;
    for (ptrdiff_t n = 0; n < shift->count; n++) {
        const bool back = shift->is_reversed;
        const ptrdiff_t down =
            offset(numbers[2 * n], shift->first_height, shift->choices_height, back);
        const ptrdiff_t right =
            offset(numbers[2 * n + 1], shift->first_width, shift->choices_width, back);
        // The columns from `begin` up to `end` come from the image.
        const ptrdiff_t begin = clamped(right, width), end = clamped(width + right, width);
        for (ptrdiff_t y = 0; y < height; y++) {
            float *row = out + (n * height + y) * row_size;
            const ptrdiff_t source = y - down;
            if (source < 0 || source >= height || begin >= end) {
                memset(row, 0, (size_t)row_size * sizeof(float));
                continue;
            }
            const float *from =
                images + (n * height + source) * row_size + (begin - right) * channels;
            memset(row, 0, (size_t)(begin * channels) * sizeof(float));
            memcpy(row + begin * channels, from,
                   (size_t)((end - begin) * channels) * sizeof(float));
            memset(row + end * channels, 0, (size_t)((width - end) * channels) * sizeof(float));
        }
    }
}
