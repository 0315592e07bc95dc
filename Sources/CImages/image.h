// What both decoders need.
#ifndef QK_IMAGE_H
#define QK_IMAGE_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "include/CImages.h"

// Where a library's errors go.
typedef struct {
    qk_image *image;
    jmp_buf jump;
} qk_failure;

// Allocates the pixels of an image whose size is set, or says why not. A file with these pixels has
// at least `least_bytes`; this one has `file_bytes`.
static inline int qk_allocate_pixels(qk_image *image, uint64_t bytes_per_pixel,
                                     uint64_t least_bytes, uint64_t file_bytes,
                                     uint64_t pixel_limit) {
    const uint64_t pixels = (uint64_t)image->width * image->height;
    if (pixels == 0 || pixels > pixel_limit) {
        snprintf(image->message, QK_IMAGE_MESSAGE,
                 "%" PRIu32 " x %" PRIu32 " pixels; at most %" PRIu64 " altogether are accepted",
                 image->width, image->height, pixel_limit);
        return -1;
    }
    if (file_bytes < least_bytes) {
        snprintf(image->message, QK_IMAGE_MESSAGE,
                 "%" PRIu32 " x %" PRIu32 " pixels cannot be in a file of %" PRIu64 " bytes",
                 image->width, image->height, file_bytes);
        return -1;
    }
    image->pixels = malloc(pixels * bytes_per_pixel);
    if (image->pixels == NULL) snprintf(image->message, QK_IMAGE_MESSAGE, "no memory");
    return image->pixels == NULL ? -1 : 0;
}

#endif
