#ifndef QUADRILLE_CPNG_SHIM_H
#define QUADRILLE_CPNG_SHIM_H

#include <png.h>

/// The most bytes the PNG file of `image` can have. Swift does not see function-like macros.
static inline size_t quadrille_png_size_bound(const png_image *image) {
    return PNG_IMAGE_PNG_SIZE_MAX(*image);
}

#endif
