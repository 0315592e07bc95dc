// What both decoders need.
#ifndef QK_IMAGE_H
#define QK_IMAGE_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include "include/CImages.h"

// A JPEG file cannot say more than 65,535.
enum { QK_LARGEST_SIDE = 65536 };

// Where a library's errors go.
typedef struct {
    qk_image *image;
    jmp_buf jump;
} qk_failure;

// Whether an image whose size is set may be decoded; if not, 0 and a message. To be asked before
// the library lays out rows. A file with these pixels has at least `least_bytes`.
static inline int qk_accepts_size(qk_image *image, uint64_t least_bytes, uint64_t file_bytes,
                                  uint64_t pixel_limit) {
    const uint64_t pixels = (uint64_t)image->width * image->height;
    if (pixels == 0 || pixels > pixel_limit || image->width > QK_LARGEST_SIDE ||
        image->height > QK_LARGEST_SIDE) {
        snprintf(image->message, QK_IMAGE_MESSAGE,
                 "%" PRIu32 " x %" PRIu32 " pixels; at most %" PRIu64
                 " altogether and %d either way are accepted",
                 image->width, image->height, pixel_limit, QK_LARGEST_SIDE);
        return 0;
    }
    if (file_bytes < least_bytes) {
        snprintf(image->message, QK_IMAGE_MESSAGE,
                 "%" PRIu32 " x %" PRIu32 " pixels cannot be in a file of %" PRIu64 " bytes",
                 image->width, image->height, file_bytes);
        return 0;
    }
    return 1;
}

// Allocates the pixels of an accepted size; if that fails, 0 and a message.
static inline int qk_allocate_pixels(qk_image *image, size_t bytes_per_pixel) {
    image->pixels = malloc((size_t)image->width * image->height * bytes_per_pixel);
    if (image->pixels == NULL) snprintf(image->message, QK_IMAGE_MESSAGE, "no memory");
    return image->pixels != NULL;
}

#endif
