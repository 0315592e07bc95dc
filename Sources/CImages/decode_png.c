#include <png.h>
#include <string.h>

#include "image.h"

// Deflate makes at most 1,032 bytes of one.
enum { LARGEST_RATIO = 1032 };

// Chunks that say nothing about pixels as they are stored, and could unfold to much memory.
static const png_byte ignored_chunks[] = "iCCP\0iTXt\0zTXt\0tEXt\0sPLT\0eXIf";
enum { IGNORED_CHUNK_COUNT = sizeof ignored_chunks / 5 };

typedef struct {
    const uint8_t *bytes;
    size_t left;
} source;

static void fail(png_structp png, png_const_charp message) {
    qk_failure *failure = png_get_error_ptr(png);
    snprintf(failure->image->message, QK_IMAGE_MESSAGE, "libpng: %s", message);
    longjmp(failure->jump, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void read_bytes(png_structp png, png_bytep target, size_t count) {
    source *from = png_get_io_ptr(png);
    if (count > from->left) png_error(png, "the file ends too early");
    memcpy(target, from->bytes, count);
    from->bytes += count;
    from->left -= count;
}

// Everything to 8 bits a channel, and to grey or RGB with or without alpha behind it.
static void transform(png_structp png, png_infop info) {
    const png_byte colour = png_get_color_type(png, info);
    const png_byte depth = png_get_bit_depth(png, info);
    if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
    if (colour == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
    if (depth == 16) png_set_strip_16(png);
    if (png_get_valid(png, info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

// Moves the colours together where every pixel is opaque.
static int drop_alpha(qk_image *image, size_t channels) {
    const size_t pixels = (size_t)image->width * image->height;
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        const uint8_t *from = image->pixels + pixel * channels;
        if (from[channels - 1] != 255) {
            snprintf(image->message, QK_IMAGE_MESSAGE,
                     "has transparent pixels; convert it to an image without");
            return -1;
        }
        memmove(image->pixels + pixel * (channels - 1), from, channels - 1);
    }
    return 0;
}

static void read_rows(png_structp png, png_infop info, qk_image *image) {
    const size_t row_bytes = png_get_rowbytes(png, info);
    // An interlaced image is its rows several times, each time with some more of its pixels.
    const int passes = png_get_interlace_type(png, info) == PNG_INTERLACE_NONE ? 1 : 7;
    for (int pass = 0; pass < passes; pass++) {
        for (size_t row = 0; row < image->height; row++) {
            png_read_row(png, image->pixels + row * row_bytes, NULL);
        }
    }
    png_read_end(png, NULL);
}

// `png` and `info` are not changed after setjmp.
static int decode(png_structp png, png_infop info, source *from, uint64_t pixel_limit,
                  qk_failure *failure) {
    qk_image *image = failure->image;
    if (setjmp(failure->jump)) return -1;
    // The caller's limit comes with a better message.
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored_chunks, IGNORED_CHUNK_COUNT);
    png_set_read_fn(png, from, read_bytes);
    const size_t file_bytes = from->left;
    png_read_info(png, info);
    image->width = png_get_image_width(png, info);
    image->height = png_get_image_height(png, info);
    const uint64_t least_bytes =
        (uint64_t)image->height * png_get_rowbytes(png, info) / LARGEST_RATIO;
    if (!qk_accepts_size(image, least_bytes, file_bytes, pixel_limit)) return -1;
    transform(png, info);
    const size_t channels = png_get_channels(png, info);
    if (!qk_allocate_pixels(image, channels)) return -1;
    read_rows(png, info, image);
    image->channels = channels < 3 ? 1 : 3;
    return channels == image->channels ? 0 : drop_alpha(image, channels);
}

int qk_decode_png(const uint8_t *bytes, size_t count, uint64_t pixel_limit, qk_image *image) {
    memset(image, 0, sizeof *image);
    qk_failure failure = {.image = image};
    source from = {bytes, count};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, fail, ignore_warning);
    png_infop info = png == NULL ? NULL : png_create_info_struct(png);
    int status = -1;
    if (info == NULL) {
        snprintf(image->message, QK_IMAGE_MESSAGE, "no memory");
    } else {
        status = decode(png, info, &from, pixel_limit, &failure);
    }
    png_destroy_read_struct(&png, &info, NULL);
    if (status != 0) {
        free(image->pixels);
        image->pixels = NULL;
    }
    return status;
}
