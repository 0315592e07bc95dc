#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "image.h"

enum {
    // Every block of 64 pixels of the finest component takes one bit of its first scan.
    MOST_PIXELS_PER_BYTE = 64 * 8,
    // A progressive image has about ten; a hostile one could have any number.
    MOST_SCANS = 64
};

typedef struct {
    struct jpeg_error_mgr manager;  // the library knows this part alone, so it stands first
    qk_failure failure;
} error_manager;

static void fail(j_common_ptr codec) {
    error_manager *error = (error_manager *)codec->err;
    char message[JMSG_LENGTH_MAX];
    error->manager.format_message(codec, message);
    snprintf(error->failure.image->message, QK_IMAGE_MESSAGE, "libjpeg: %s", message);
    longjmp(error->failure.jump, 1);
}

// Level -1 is damage that the library would go on from with a guess, higher ones are remarks.
static void judge(j_common_ptr codec, int level) {
    if (level >= 0) return;
    switch (codec->err->msg_code) {
        case JWRN_EXTRANEOUS_DATA:  // bytes between two parts, which common programs write
        case JWRN_JFIF_MAJOR:
        case JWRN_ADOBE_XFORM:
            return;
        default:
            fail(codec);
    }
}

static void watch_scans(j_common_ptr codec) {
    if (((j_decompress_ptr)codec)->input_scan_number <= MOST_SCANS) return;
    error_manager *error = (error_manager *)codec->err;
    snprintf(error->failure.image->message, QK_IMAGE_MESSAGE,
             "more than %d scans of a progressive image", MOST_SCANS);
    longjmp(error->failure.jump, 1);
}

static int refuse(qk_image *image, const char *message) {
    snprintf(image->message, QK_IMAGE_MESSAGE, "%s", message);
    return -1;
}

static int choose_colours(j_decompress_ptr codec, qk_image *image) {
    switch (codec->jpeg_color_space) {
        case JCS_GRAYSCALE:
            codec->out_color_space = JCS_GRAYSCALE;
            break;
        case JCS_YCbCr:
        case JCS_RGB:
            codec->out_color_space = JCS_RGB;
            break;
        case JCS_CMYK:
        case JCS_YCCK:
            return refuse(image, "has CMYK colours; convert it to RGB");
        default:
            return refuse(image, "has colours of an unknown kind; convert it to RGB");
    }
    image->channels = codec->out_color_space == JCS_RGB ? 3 : 1;
    return 0;
}

// `codec` is not changed after setjmp but through its pointer.
static int decode(j_decompress_ptr codec, const uint8_t *bytes, size_t count, uint64_t pixel_limit,
                  error_manager *error) {
    qk_image *image = error->failure.image;
    struct jpeg_progress_mgr progress = {.progress_monitor = watch_scans};
    if (setjmp(error->failure.jump)) return -1;
    jpeg_create_decompress(codec);
    codec->progress = &progress;
    jpeg_mem_src(codec, bytes, count);
    jpeg_read_header(codec, TRUE);
    image->width = codec->image_width;
    image->height = codec->image_height;
    if (codec->arith_code) return refuse(image, "has arithmetic coding; convert it");
    if (choose_colours(codec, image) != 0) return -1;
    const uint64_t least_bytes = (uint64_t)image->width * image->height / MOST_PIXELS_PER_BYTE;
    if (!qk_accepts_size(image, least_bytes, count, pixel_limit)) return -1;
    if (!qk_allocate_pixels(image, image->channels)) return -1;
    codec->dct_method = JDCT_ISLOW;
    jpeg_start_decompress(codec);
    const size_t row_bytes = (size_t)image->width * image->channels;
    while (codec->output_scanline < codec->output_height) {
        JSAMPROW row = image->pixels + codec->output_scanline * row_bytes;
        jpeg_read_scanlines(codec, &row, 1);
    }
    jpeg_finish_decompress(codec);
    return 0;
}

int qk_decode_jpeg(const uint8_t *bytes, size_t count, uint64_t pixel_limit, qk_image *image) {
    memset(image, 0, sizeof *image);
    struct jpeg_decompress_struct codec;
    memset(&codec, 0, sizeof codec);
    error_manager error;
    memset(&error, 0, sizeof error);
    codec.err = jpeg_std_error(&error.manager);
    error.manager.error_exit = fail;
    error.manager.emit_message = judge;
    error.failure.image = image;
    const int status = decode(&codec, bytes, count, pixel_limit, &error);
    jpeg_destroy_decompress(&codec);
    if (status != 0) {
        free(image->pixels);
        image->pixels = NULL;
    }
    return status;
}
