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

enum { POINTS = QK_TILE_POINTS, PLACES = QK_TILE_PLACES, LANES = 16 };

// --- Along one axis: `step` lanes between neighbours --------------------------------------------

// x[0] + x[1] t + ... at t = infinity (the last coefficient), 0, 1, -1 and 2.
QK_INLINE void evaluate(const qk_lanes *x, ptrdiff_t step, int count, qk_lanes out[POINTS]) {
    const qk_lanes a = x[0];
    if (count == 1) {
        for (int k = 0; k < POINTS; k++) out[k] = a;
        return;
    }
    const qk_lanes b = x[step];
    if (count == 2) {
        out[0] = b, out[1] = a, out[2] = a + b, out[3] = a - b, out[4] = a + 2 * b;
        return;
    }
    const qk_lanes c = x[2 * step], even = a + c;
    if (count == 3) {
        out[0] = c, out[1] = a, out[2] = even + b, out[3] = even - b, out[4] = a + 2 * b + 4 * c;
        return;
    }
    const qk_lanes d = x[3 * step], odd = b + d;
    out[0] = d, out[1] = a, out[2] = even + odd, out[3] = even - odd;
    out[4] = a + 2 * b + 4 * c + 8 * d;
}

// Points that a tile has not are zeros.
QK_INLINE void evaluate_transposed(const qk_lanes m[POINTS], int count, qk_lanes *x,
                                   ptrdiff_t step) {
    const qk_lanes sum = m[2] + m[3], difference = m[2] - m[3];
    const qk_lanes power[4] = {m[1] + sum + m[4], difference + 2 * m[4], sum + 4 * m[4],
                               difference + 8 * m[4]};
    for (int k = 0; k < count; k++) x[k * step] = k + 1 < count ? power[k] : power[k] + m[0];
}

// With the first `points` of the points, from as many cells: rows of the inverse Vandermonde
// matrix, times 1, 2, 2, 6 and 6. The other side of the product, the taps, is divided by them.
QK_INLINE void interpolate(const qk_lanes *d, ptrdiff_t step, int points, qk_lanes out[POINTS]) {
    if (points == 2) {
        out[0] = d[step], out[1] = 2 * d[0];
        return;
    }
    const qk_lanes d1 = d[step], d2 = d[2 * step];
    if (points == 3) {
        out[0] = d2 - d1, out[1] = 2 * (d[0] - d1), out[2] = 2 * d1;
        return;
    }
    const qk_lanes d3 = d[3 * step], e = d3 - d1;
    if (points == 4) {
        out[0] = e, out[1] = 2 * (d[0] - d2), out[2] = d1 + d2, out[3] = 3 * (d2 - d1);
        return;
    }
    out[0] = (d[4 * step] - d2) - 2 * e;
    out[1] = 2 * (d[0] - d2) + e;
    out[2] = 2 * d1 + d2 - d3;
    out[3] = 3 * d2 - 2 * d1 - d3;
    out[4] = e;
}

QK_INLINE void interpolate_transposed(const qk_lanes m[POINTS], int points, qk_lanes *d,
                                      ptrdiff_t step) {
    d[0] = 2 * m[1];
    if (points == 2) {
        d[step] = m[0];
    } else if (points == 3) {
        d[step] = 2 * (m[2] - m[1]) - m[0];
        d[2 * step] = m[0];
    } else if (points == 4) {
        d[step] = m[2] - 3 * m[3] - m[0];
        d[2 * step] = m[2] + 3 * m[3] - 2 * m[1];
        d[3 * step] = m[0];
    } else {
        d[step] = 2 * (m[2] - m[3] + m[0]) - m[1] - m[4];
        d[2 * step] = m[2] - 2 * m[1] + 3 * m[3] - m[0];
        d[3 * step] = m[1] - m[2] - m[3] + m[4] - 2 * m[0];
        d[4 * step] = m[0];
    }
}

QK_INLINE void divide(qk_lanes m[POINTS]) {
    m[1] *= 0.5f, m[2] *= 0.5f, m[3] *= 1 / 6.0f, m[4] *= 1 / 6.0f;
}

// --- Along both axes ----------------------------------------------------------------------------

typedef enum { IMAGES, RESULTS, FILTERS } operand;

// Vectors that enter a tile and points that it has, along one axis; and how many of the vectors the
// tiles before have in common with it.
typedef struct {
    int count, points, shared;
} span;

QK_INLINE void transform(operand kind, const qk_lanes *x, ptrdiff_t step, span s,
                         qk_lanes out[POINTS]) {
    if (kind == IMAGES) interpolate(x, step, s.points, out);
    else evaluate(x, step, s.count, out);
    if (kind == FILTERS) divide(out);
}

QK_INLINE void transform_transposed(operand kind, qk_lanes m[POINTS], span s, qk_lanes *x,
                                    ptrdiff_t step) {
    if (kind == FILTERS) divide(m);
    if (kind == IMAGES) interpolate_transposed(m, s.points, x, step);
    else evaluate_transposed(m, s.count, x, step);
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

// The vectors of a tile at its places, from rows.count x columns.count vectors of `size` elements,
// of which null is zeros.
QK_INLINE void tile_of(operand kind, float *const *places, const float *const *source, span rows,
                    span columns, ptrdiff_t size) {
    for (ptrdiff_t c = 0; c < size; c += LANES) {
        qk_lanes x[PLACES], half[PLACES], out[POINTS];
        for (int i = 0; i < rows.count; i++) {
            for (int j = 0; j < columns.count; j++) {
                const float *place = source[i * POINTS + j];
                load(&x[i * POINTS + j], place ? place + c : 0, size - c);
            }
        }
        for (int j = 0; j < columns.count; j++) {
            transform(kind, x + j, POINTS, rows, out);
            for (int k = 0; k < rows.points; k++) half[k * POINTS + j] = out[k];
        }
        for (int i = 0; i < rows.points; i++) {
            transform(kind, half + i * POINTS, 1, columns, out);
            for (int k = 0; k < columns.points; k++) {
                store(places[i * POINTS + k] + c, &out[k], size - c);
            }
        }
    }
}

// The transpose; null takes nothing. The first rows and columns of the target, as many as `rows`
// and `columns` share with the tiles before, have sums already.
QK_INLINE void untile_of(operand kind, float *const *target, const float *const *places, span rows,
                         span columns, ptrdiff_t size) {
    for (ptrdiff_t c = 0; c < size; c += LANES) {
        qk_lanes x[PLACES], half[PLACES], m[POINTS];
        for (int k = 0; k < POINTS; k++) m[k] = 0;
        for (int i = 0; i < rows.points; i++) {
            for (int k = 0; k < columns.points; k++) {
                load(&m[k], places[i * POINTS + k] + c, size - c);
            }
            transform_transposed(kind, m, columns, half + i * POINTS, 1);
        }
        for (int k = 0; k < POINTS; k++) m[k] = 0;
        for (int j = 0; j < columns.count; j++) {
            for (int k = 0; k < rows.points; k++) m[k] = half[k * POINTS + j];
            transform_transposed(kind, m, rows, x + j, POINTS);
        }
        for (int i = 0; i < rows.count; i++) {
            for (int j = 0; j < columns.count; j++) {
                float *place = target[i * POINTS + j];
                if (!place) continue;
                qk_lanes sum = x[i * POINTS + j], old;
                if (i < rows.shared || j < columns.shared) {
                    load(&old, place + c, size - c);
                    sum += old;
                }
                store(place + c, &sum, size - c);
            }
        }
    }
}

#define QK_WITH(count, body) body(((span){count, 5, down}), ((span){count, 5, across}))

// Calls `body` with spans that are known while compiling, if the tile is a whole one.
#define QK_BY_SPANS(kind, rows, columns, body)                                          \
    do {                                                                                \
        const bool is_whole = (rows).points == POINTS && (columns).points == POINTS &&  \
                              (rows).count == (columns).count;                          \
        const int whole = is_whole ? (rows).count : 0;                                  \
        const int down = (rows).shared, across = (columns).shared;                      \
        if ((kind) == IMAGES && whole == 5) QK_WITH(5, body);                           \
        else if ((kind) == RESULTS && whole == 4) QK_WITH(4, body);                     \
        else if ((kind) != IMAGES && whole == 3) QK_WITH(3, body);                      \
        else if ((kind) == FILTERS && whole == 2) QK_WITH(2, body);                     \
        else body(rows, columns);                                                       \
    } while (0)

QK_INLINE void tile(operand kind, float *const *places, const float *const *source, span rows,
                    span columns, ptrdiff_t size) {
#define TILE_OF(rows, columns) tile_of(kind, places, source, rows, columns, size)
    QK_BY_SPANS(kind, rows, columns, TILE_OF);
#undef TILE_OF
}

QK_INLINE void untile(operand kind, float *const *target, const float *const *places, span rows,
                      span columns, ptrdiff_t size) {
#define UNTILE_OF(rows, columns) untile_of(kind, target, places, rows, columns, size)
    QK_BY_SPANS(kind, rows, columns, UNTILE_OF);
#undef UNTILE_OF
}

// --- Where the vectors of a tile lie ------------------------------------------------------------

// Results of a whole tile along an axis, and tiles of `extent` results.
QK_INLINE ptrdiff_t tile_results(const qk_tile_geometry *g) { return POINTS + 1 - g->taps; }

QK_INLINE ptrdiff_t tiles_along(ptrdiff_t extent, const qk_tile_geometry *g) {
    return (extent + tile_results(g) - 1) / tile_results(g);
}

// Results of one tile.
QK_INLINE int results_of(ptrdiff_t tile, ptrdiff_t extent, const qk_tile_geometry *g) {
    const ptrdiff_t left = extent - tile * tile_results(g);
    return (int)(left < tile_results(g) ? left : tile_results(g));
}

// Tiles of `extent` results that have a point: the last one may have only the first few.
QK_INLINE ptrdiff_t tiles_with(ptrdiff_t point, ptrdiff_t extent, const qk_tile_geometry *g) {
    const ptrdiff_t tiles = tiles_along(extent, g);
    const bool last_has = results_of(tiles - 1, extent, g) + g->taps - 1 > point;
    return last_has ? tiles : tiles - 1;
}

int32_t qk_tiles_at_place(const qk_tile_geometry *g, int32_t place) {
    return (int32_t)(tiles_with(place / POINTS, g->result_height, g) *
                     tiles_with(place % POINTS, g->result_width, g));
}

// Whether the tiles of an image have all of its pixels.
QK_INLINE bool cover(const qk_tile_geometry *g) {
    const ptrdiff_t rows = (g->result_height + g->taps - 1) * g->stride - g->padding_top;
    const ptrdiff_t columns = (g->result_width + g->taps - 1) * g->stride - g->padding_left;
    return rows >= g->height && columns >= g->width;
}

// The pixels (a, b) of the cells of tile (y, x) of an image; null outside of it.
QK_INLINE void find_pixels(const float **found, const float *image, const qk_tile_geometry *g,
                           ptrdiff_t y, ptrdiff_t x, ptrdiff_t a, ptrdiff_t b) {
    for (int i = 0; i < POINTS; i++) {
        const ptrdiff_t row = (y * tile_results(g) + i) * g->stride + a - g->padding_top;
        for (int j = 0; j < POINTS; j++) {
            const ptrdiff_t column = (x * tile_results(g) + j) * g->stride + b - g->padding_left;
            const bool inside = row >= 0 && row < g->height && column >= 0 && column < g->width;
            found[i * POINTS + j] =
                inside ? image + (row * g->width + column) * g->channels : 0;
        }
    }
}

// The results of tile (y, x) of an image.
QK_INLINE void find_results(const float **found, const float *image, const qk_tile_geometry *g,
                            ptrdiff_t y, ptrdiff_t x) {
    for (int i = 0; i < tile_results(g); i++) {
        const ptrdiff_t row = y * tile_results(g) + i;
        for (int j = 0; j < tile_results(g); j++) {
            const ptrdiff_t column = x * tile_results(g) + j;
            found[i * POINTS + j] =
                image + (row * g->result_width + column) * g->result_channels;
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
            found[u * POINTS + v] = exists ? filters + place * g->result_channels : 0;
        }
    }
}

// --- Whole tensors ------------------------------------------------------------------------------

typedef enum { TILE, UNTILE } direction;

// Images or results, tile by tile.
QK_INLINE void walk_tiles(direction way, operand kind, float *tiled, size_t distance,
                          float *images, const qk_tile_geometry *g, size_t count) {
    const float *found[PLACES];
    float *places[PLACES];
    const bool of_images = kind == IMAGES;
    const ptrdiff_t rows = tiles_along(g->result_height, g);
    const ptrdiff_t columns = tiles_along(g->result_width, g);
    const ptrdiff_t size = of_images
                               ? (ptrdiff_t)g->height * g->width * g->channels
                               : (ptrdiff_t)g->result_height * g->result_width * g->result_channels;
    const ptrdiff_t channels = of_images ? g->channels : g->result_channels;
    const ptrdiff_t phases = of_images ? (ptrdiff_t)g->stride * g->stride : 1;
    const ptrdiff_t vector = phases * channels;
    if (way == UNTILE && of_images && !cover(g)) memset(images, 0, count * size * sizeof(float));
    for (size_t n = 0; n < count; n++, images += size) {
        for (ptrdiff_t index = 0; index < rows * columns; index++) {
            const ptrdiff_t y = index / columns, x = index % columns;
            span down = {results_of(y, g->result_height, g), 0, 0};
            span across = {results_of(x, g->result_width, g), 0, 0};
            down.points = down.count + g->taps - 1, across.points = across.count + g->taps - 1;
            if (of_images) {
                down.count = down.points, across.count = across.points;
                down.shared = y > 0 ? g->taps - 1 : 0, across.shared = x > 0 ? g->taps - 1 : 0;
            }
            for (int p = 0; p < PLACES; p++) {
                const ptrdiff_t width = tiles_with(p % POINTS, g->result_width, g);
                const ptrdiff_t height = tiles_with(p / POINTS, g->result_height, g);
                places[p] = tiled + p * distance + ((n * height + y) * width + x) * vector;
            }
            for (ptrdiff_t phase = 0; phase < phases; phase++) {
                if (of_images) find_pixels(found, images, g, y, x, phase / g->stride,
                                           phase % g->stride);
                else find_results(found, images, g, y, x);
                if (way == TILE) tile(kind, places, found, down, across, channels);
                else untile(kind, (float *const *)found, (const float *const *)places, down,
                            across, channels);
                for (int p = 0; p < PLACES; p++) places[p] += channels;
            }
        }
    }
}

QK_INLINE void walk_filters(direction way, float *tiled, size_t distance, float *filters,
                            const qk_tile_geometry *g, int taps) {
    const float *found[PLACES];
    float *places[PLACES];
    const span both = {taps, POINTS, 0};
    for (ptrdiff_t phase = 0; phase < g->stride * g->stride; phase++) {
        for (ptrdiff_t channel = 0; channel < g->channels; channel++) {
            find_taps(found, filters, g, phase / g->stride, phase % g->stride, channel);
            for (int p = 0; p < PLACES; p++) places[p] = tiled + p * distance;
            if (way == TILE) tile(FILTERS, places, found, both, both, g->result_channels);
            else untile(FILTERS, (float *const *)found, (const float *const *)places, both, both,
                        g->result_channels);
            tiled += g->result_channels;
        }
    }
}

QK_CLONES void qk_tile_images(float *tiled, size_t distance, const float *images,
                              const qk_tile_geometry *geometry, size_t count) {
    walk_tiles(TILE, IMAGES, tiled, distance, (float *)images, geometry, count);
}

QK_CLONES void qk_untile_images(float *images, const float *tiled, size_t distance,
                                const qk_tile_geometry *geometry, size_t count) {
    walk_tiles(UNTILE, IMAGES, (float *)tiled, distance, images, geometry, count);
}

QK_CLONES void qk_tile_results(float *tiled, size_t distance, const float *results,
                               const qk_tile_geometry *geometry, size_t count) {
    walk_tiles(TILE, RESULTS, tiled, distance, (float *)results, geometry, count);
}

QK_CLONES void qk_untile_results(float *results, const float *tiled, size_t distance,
                                 const qk_tile_geometry *geometry, size_t count) {
    walk_tiles(UNTILE, RESULTS, (float *)tiled, distance, results, geometry, count);
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
