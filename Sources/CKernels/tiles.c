// The transforms of a convolution by tiles.
//
// Along one axis, taps g, cells d and results y of a tile are tied by the trilinear form
//
//     sum over i, j of y[i] g[j] d[i + j] = sum over k of (A y)[k] (G g)[k] (B d)[k],
//
// where A and G evaluate polynomials at five points and B interpolates: the product of two
// polynomials is known by its values at enough points (Toom and Cook). Holding two of the three
// fixed gives the convolution and its two derivatives. Both axes of a tile are treated in turn.
#include "include/tiles.h"

#include "clones.h"
#include "lanes.h"

enum { POINTS = QK_TILE_POINTS, LANES = 16 };

// --- Along one axis: `step` lanes between neighbours ---------------------------------------------

// x[0] + x[1] t + ... at t = 0, 1, -1, 2 and infinity (the last coefficient).
QK_INLINE void evaluate(const qk_lanes *x, ptrdiff_t step, int count, qk_lanes out[POINTS]) {
    const qk_lanes a = x[0], b = x[step], c = count > 2 ? x[2 * step] : 0;
    if (count == 2) {
        out[0] = a, out[1] = a + b, out[2] = a - b, out[3] = a + 2 * b, out[4] = b;
    } else if (count == 3) {
        const qk_lanes even = a + c;
        out[0] = a, out[1] = even + b, out[2] = even - b, out[3] = a + 2 * b + 4 * c, out[4] = c;
    } else {
        const qk_lanes d = x[3 * step], even = a + c, odd = b + d;
        out[0] = a, out[1] = even + odd, out[2] = even - odd;
        out[3] = a + 2 * b + 4 * c + 8 * d, out[4] = d;
    }
}

QK_INLINE void evaluate_transposed(const qk_lanes m[POINTS], int count, qk_lanes *x,
                                   ptrdiff_t step) {
    const qk_lanes sum = m[1] + m[2], difference = m[1] - m[2];
    x[0] = m[0] + sum + m[3];
    if (count == 2) {
        x[step] = difference + 2 * m[3] + m[4];
        return;
    }
    x[step] = difference + 2 * m[3];
    if (count == 3) {
        x[2 * step] = sum + 4 * m[3] + m[4];
        return;
    }
    x[2 * step] = sum + 4 * m[3];
    x[3 * step] = difference + 8 * m[3] + m[4];
}

// Whole numbers: rows of the inverse Vandermonde matrix times 2, 2, 6, 6 and 1. The other side of
// the product, the taps, is divided by them.
QK_INLINE void interpolate(const qk_lanes *d, ptrdiff_t step, qk_lanes out[POINTS]) {
    const qk_lanes d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], e = d3 - d1;
    out[0] = 2 * (d[0] - d2) + e;
    out[1] = 2 * d1 + d2 - d3;
    out[2] = 3 * d2 - 2 * d1 - d3;
    out[3] = e;
    out[4] = (d[4 * step] - d2) - 2 * e;
}

QK_INLINE void interpolate_transposed(const qk_lanes m[POINTS], qk_lanes *d, ptrdiff_t step) {
    d[0] = 2 * m[0];
    d[step] = 2 * (m[1] - m[2] + m[4]) - m[0] - m[3];
    d[2 * step] = m[1] - 2 * m[0] + 3 * m[2] - m[4];
    d[3 * step] = m[0] - m[1] - m[2] + m[3] - 2 * m[4];
    d[4 * step] = m[4];
}

QK_INLINE void divide(qk_lanes m[POINTS]) {
    m[0] *= 0.5f, m[1] *= 0.5f, m[2] *= 1 / 6.0f, m[3] *= 1 / 6.0f;
}

// --- Along both axes -----------------------------------------------------------------------------

typedef enum { IMAGES, RESULTS, FILTERS } operand;

QK_INLINE void transform(operand kind, const qk_lanes *x, ptrdiff_t step, int count,
                         qk_lanes out[POINTS]) {
    if (kind == IMAGES) interpolate(x, step, out);
    else evaluate(x, step, count, out);
    if (kind == FILTERS) divide(out);
}

QK_INLINE void transform_transposed(operand kind, qk_lanes m[POINTS], int count, qk_lanes *x,
                                    ptrdiff_t step) {
    if (kind == FILTERS) divide(m);
    if (kind == IMAGES) interpolate_transposed(m, x, step);
    else evaluate_transposed(m, count, x, step);
}

QK_INLINE void load(qk_lanes *lanes, const float *x, ptrdiff_t count) {
    if (!x) *lanes = 0;
    else if (count >= LANES) *lanes = QK_LOAD(x);
    else qk_load_first(lanes, x, count);
}

QK_INLINE void store(float *x, const qk_lanes *lanes, ptrdiff_t count) {
    if (count >= LANES) QK_STORE(x, *lanes);
    else memcpy(x, lanes, count * sizeof(float));
}

// Row r of `tiled` at all 25 places, from count x count vectors of `size` elements; null is zeros.
QK_INLINE void tile(operand kind, float *tiled, size_t distance, const float *const *source,
                    int count, ptrdiff_t size) {
    for (ptrdiff_t c = 0; c < size; c += LANES) {
        qk_lanes x[POINTS * POINTS], half[POINTS * POINTS], out[POINTS];
        for (int i = 0; i < count * count; i++) {
            load(&x[i], source[i] ? source[i] + c : 0, size - c);
        }
        for (int column = 0; column < count; column++) {
            transform(kind, x + column, count, count, out);
            for (int k = 0; k < POINTS; k++) half[k * count + column] = out[k];
        }
        for (int row = 0; row < POINTS; row++) {
            transform(kind, half + row * count, 1, count, out);
            for (int k = 0; k < POINTS; k++) {
                store(tiled + (row * POINTS + k) * distance + c, &out[k], size - c);
            }
        }
    }
}

// The transpose; null takes nothing.
QK_INLINE void untile(operand kind, float *const *target, const float *tiled, size_t distance,
                      int count, ptrdiff_t size, bool adds) {
    for (ptrdiff_t c = 0; c < size; c += LANES) {
        qk_lanes x[POINTS * POINTS], half[POINTS * POINTS], m[POINTS];
        for (int row = 0; row < POINTS; row++) {
            for (int k = 0; k < POINTS; k++) {
                load(&m[k], tiled + (row * POINTS + k) * distance + c, size - c);
            }
            transform_transposed(kind, m, count, half + row * count, 1);
        }
        for (int column = 0; column < count; column++) {
            for (int k = 0; k < POINTS; k++) m[k] = half[k * count + column];
            transform_transposed(kind, m, count, x + column, count);
        }
        for (int i = 0; i < count * count; i++) {
            if (!target[i]) continue;
            qk_lanes old;
            if (adds) load(&old, target[i] + c, size - c), x[i] += old;
            store(target[i] + c, &x[i], size - c);
        }
    }
}

// --- Where the vectors of a tile lie -------------------------------------------------------------

QK_INLINE ptrdiff_t across(ptrdiff_t extent, const qk_tile_geometry *g) {
    const ptrdiff_t results = POINTS + 1 - g->taps;
    return (extent + results - 1) / results;
}

// The pixels (a, b) of the 5 x 5 cells of tile (y, x) of an image; null outside of it.
QK_INLINE void find_pixels(const float **found, const float *image, const qk_tile_geometry *g,
                           ptrdiff_t y, ptrdiff_t x, ptrdiff_t a, ptrdiff_t b) {
    const ptrdiff_t results = POINTS + 1 - g->taps;
    for (int i = 0; i < POINTS; i++) {
        const ptrdiff_t row = (y * results + i) * g->stride + a - g->padding_top;
        for (int j = 0; j < POINTS; j++) {
            const ptrdiff_t column = (x * results + j) * g->stride + b - g->padding_left;
            const bool inside = row >= 0 && row < g->height && column >= 0 && column < g->width;
            found[i * POINTS + j] =
                inside ? image + (row * g->width + column) * g->channels : 0;
        }
    }
}

// The results of tile (y, x) of an image; null outside of it.
QK_INLINE void find_results(const float **found, const float *image, const qk_tile_geometry *g,
                            ptrdiff_t y, ptrdiff_t x) {
    const int results = POINTS + 1 - g->taps;
    for (int i = 0; i < results; i++) {
        const ptrdiff_t row = y * results + i;
        for (int j = 0; j < results; j++) {
            const ptrdiff_t column = x * results + j;
            const bool inside = row < g->result_height && column < g->result_width;
            found[i * results + j] =
                inside ? image + (row * g->result_width + column) * g->result_channels : 0;
        }
    }
}

// The taps that element (a, b) of a cell meets; null where the kernel has none.
QK_INLINE void find_taps(const float **found, const float *filters, const qk_tile_geometry *g,
                         ptrdiff_t a, ptrdiff_t b, ptrdiff_t channel) {
    for (int u = 0; u < g->taps; u++) {
        const ptrdiff_t row = u * g->stride + a;
        for (int v = 0; v < g->taps; v++) {
            const ptrdiff_t column = v * g->stride + b;
            const ptrdiff_t place = (row * g->kernel_width + column) * g->channels + channel;
            const bool exists = row < g->kernel_height && column < g->kernel_width;
            found[u * g->taps + v] = exists ? filters + place * g->result_channels : 0;
        }
    }
}

// --- Whole tensors -------------------------------------------------------------------------------

typedef enum { TILE, UNTILE } direction;

// Images and results are walked tile by tile.
QK_INLINE void walk_images(direction way, float *tiled, size_t distance, float *images,
                           const qk_tile_geometry *g, size_t count) {
    const float *found[POINTS * POINTS];
    const ptrdiff_t rows = across(g->result_height, g), columns = across(g->result_width, g);
    const ptrdiff_t size = (ptrdiff_t)g->height * g->width * g->channels;
    const ptrdiff_t cell = (ptrdiff_t)g->stride * g->stride * g->channels;
    if (way == UNTILE) memset(images, 0, count * size * sizeof(float));
    for (size_t n = 0; n < count; n++, images += size) {
        for (ptrdiff_t place = 0; place < rows * columns; place++, tiled += cell) {
            for (ptrdiff_t phase = 0; phase < g->stride * g->stride; phase++) {
                find_pixels(found, images, g, place / columns, place % columns,
                            phase / g->stride, phase % g->stride);
                float *row = tiled + phase * g->channels;
                if (way == TILE) tile(IMAGES, row, distance, found, POINTS, g->channels);
                else untile(IMAGES, (float *const *)found, row, distance, POINTS, g->channels,
                            true);
            }
        }
    }
}

QK_INLINE void walk_results(direction way, float *tiled, size_t distance, float *results,
                            const qk_tile_geometry *g, size_t count, int outputs) {
    const float *found[POINTS * POINTS];
    const ptrdiff_t rows = across(g->result_height, g), columns = across(g->result_width, g);
    const ptrdiff_t channels = g->result_channels;
    const ptrdiff_t size = (ptrdiff_t)g->result_height * g->result_width * channels;
    for (size_t n = 0; n < count; n++, results += size) {
        for (ptrdiff_t place = 0; place < rows * columns; place++, tiled += channels) {
            find_results(found, results, g, place / columns, place % columns);
            if (way == TILE) tile(RESULTS, tiled, distance, found, outputs, channels);
            else untile(RESULTS, (float *const *)found, tiled, distance, outputs, channels,
                        false);
        }
    }
}

QK_INLINE void walk_filters(direction way, float *tiled, size_t distance, float *filters,
                            const qk_tile_geometry *g, int taps) {
    const float *found[POINTS * POINTS];
    for (ptrdiff_t phase = 0; phase < g->stride * g->stride; phase++) {
        for (ptrdiff_t channel = 0; channel < g->channels; channel++) {
            find_taps(found, filters, g, phase / g->stride, phase % g->stride, channel);
            if (way == TILE) tile(FILTERS, tiled, distance, found, taps, g->result_channels);
            else untile(FILTERS, (float *const *)found, tiled, distance, taps,
                        g->result_channels, false);
            tiled += g->result_channels;
        }
    }
}

QK_CLONES void qk_tile_images(float *tiled, size_t distance, const float *images,
                              const qk_tile_geometry *geometry, size_t count) {
    walk_images(TILE, tiled, distance, (float *)images, geometry, count);
}

QK_CLONES void qk_untile_images(float *images, const float *tiled, size_t distance,
                                const qk_tile_geometry *geometry, size_t count) {
    walk_images(UNTILE, (float *)tiled, distance, images, geometry, count);
}

QK_CLONES void qk_tile_results(float *tiled, size_t distance, const float *results,
                               const qk_tile_geometry *geometry, size_t count) {
    if (geometry->taps == 2) {
        walk_results(TILE, tiled, distance, (float *)results, geometry, count, 4);
    } else {
        walk_results(TILE, tiled, distance, (float *)results, geometry, count, 3);
    }
}

QK_CLONES void qk_untile_results(float *results, const float *tiled, size_t distance,
                                 const qk_tile_geometry *geometry, size_t count) {
    if (geometry->taps == 2) {
        walk_results(UNTILE, (float *)tiled, distance, results, geometry, count, 4);
    } else {
        walk_results(UNTILE, (float *)tiled, distance, results, geometry, count, 3);
    }
}

QK_CLONES void qk_tile_filters(float *tiled, size_t distance, const float *filters,
                               const qk_tile_geometry *geometry) {
    if (geometry->taps == 2) {
        walk_filters(TILE, tiled, distance, (float *)filters, geometry, 2);
    } else {
        walk_filters(TILE, tiled, distance, (float *)filters, geometry, 3);
    }
}

QK_CLONES void qk_untile_filters(float *filters, const float *tiled, size_t distance,
                                 const qk_tile_geometry *geometry) {
    if (geometry->taps == 2) {
        walk_filters(UNTILE, (float *)tiled, distance, filters, geometry, 2);
    } else {
        walk_filters(UNTILE, (float *)tiled, distance, filters, geometry, 3);
    }
}
