// Decoding of PNG and JPEG by libpng and libjpeg, whose errors jump: here they become messages.
#ifndef CIMAGES_H
#define CIMAGES_H

#include <stddef.h>
#include <stdint.h>

enum { QK_IMAGE_MESSAGE = 256 };

// An image of 8-bit pixels: rows from the top, pixels from the left, channels together.
typedef struct {
    uint32_t width, height;
    uint32_t channels;              // 1 = grey, 3 = red, green, blue
    uint8_t *pixels;                // height * width * channels bytes, for the caller to free
    char message[QK_IMAGE_MESSAGE]; // what is wrong, where decoding failed
} qk_image;

// Decodes a PNG file. A palette becomes its colours, fewer than 8 bits are stretched to 8, of 16
// bits the high byte stays, an alpha channel that is opaque everywhere goes; any other alpha is an
// error. Values are those of the file: gamma and colour profiles are not applied.
//
// At most `pixel_limit` pixels are accepted, and none that the file is too short for: both are
// known before memory is allocated. Returns 0, or -1 with a message and without pixels.
int qk_decode_png(const uint8_t *bytes, size_t count, uint64_t pixel_limit, qk_image *image);

// Decodes a JPEG file: grey, or YCbCr and RGB to RGB; limits and result as above. CMYK, 12 bits,
// lossless and arithmetic coding are errors, and so is all damage that the library would repair by
// a guess. The orientation that a camera noted is not applied.
int qk_decode_jpeg(const uint8_t *bytes, size_t count, uint64_t pixel_limit, qk_image *image);

#endif
