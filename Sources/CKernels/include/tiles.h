// The transforms of a convolution by tiles (Winograd's minimal filtering: Lavin and Gray 2015,
// arXiv 1509.09308).
#ifndef QK_TILES_H
#define QK_TILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Places of a tile along each axis: the points infinity, 0, 1, -1 and 2 at which polynomials are
// evaluated.
enum { QK_TILE_POINTS = 5, QK_TILE_PLACES = QK_TILE_POINTS * QK_TILE_POINTS };

// A convolution with stride s is one without stride over "cells" of s x s pixels: cell (i, j)
// begins at row i * s - padding_top, column j * s - padding_left, and has s * s * channels
// elements.
// A kernel of k has taps = ceil(k / s) cells along an axis. A tile has 5 x 5 cells and gives
// (6 - taps) x (6 - taps) results; the last one of a row or column gives what is left, and has only
// as many cells and points as that needs. Zeros are outside of the image.
typedef struct {
    int32_t height, width, channels;
    int32_t result_height, result_width, result_channels;
    int32_t kernel_height, kernel_width;
    int32_t stride, taps;
    int32_t padding_top, padding_left;
} qk_tile_geometry;

// In what follows a transformed tensor is [25 places, rows, channels], a place `distance` floats
// behind the last; rows are those tiles of an image that have the place (image by image, row by
// row), or elements of a cell.

// Tiles of one image that have a place.
int32_t qk_tiles_at_place(const qk_tile_geometry *geometry, int32_t place);

// Cells of `count` images: [25, tiles, s * s * channels].
void qk_tile_images(float *tiled, size_t distance, const float *images,
                    const qk_tile_geometry *geometry, size_t count);

// The transpose: images = the sum of all that comes from tiles, in the order of the tiles.
void qk_untile_images(float *images, const float *tiled, size_t distance,
                      const qk_tile_geometry *geometry, size_t count);

// Derivatives with respect to the results of `count` images: [25, tiles, result channels].
void qk_tile_results(float *tiled, size_t distance, const float *results,
                     const qk_tile_geometry *geometry, size_t count);

// The transpose: the results.
void qk_untile_results(float *results, const float *tiled, size_t distance,
                       const qk_tile_geometry *geometry, size_t count);

// Filters [kernel, kernel, channels, result channels]: [25, s * s * channels, result channels].
void qk_tile_filters(float *tiled, size_t distance, const float *filters,
                     const qk_tile_geometry *geometry);

// The transpose: the derivative with respect to the filters.
void qk_untile_filters(float *filters, const float *tiled, size_t distance,
                       const qk_tile_geometry *geometry);

#endif
