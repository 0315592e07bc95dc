// Philox4x32-10 and what is made of its words. Block b has the counter (b, c1, c2, c3).
#ifndef QK_RANDOM_H
#define QK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t key[2];
    uint32_t counter[3];  // words 1, 2, 3; word 0 is the block
} qk_random_stream;

// The four words of one block.
void qk_philox_block(const qk_random_stream *stream, uint32_t block, uint32_t words[4]);

// The fills below turn the words of consecutive blocks into numbers: out[4 b + w] comes from word w
// of block first_block + b. A count that is not a multiple of four leaves the last block's other
// words unused.

// (word >> 8) * 2^-24, on [0, 1), exact.
void qk_random_uniform(float *out, size_t count, const qk_random_stream *stream,
                       uint32_t first_block);

// (0.5 + (word >> 9)) * 2^-23, on (0, 1), exact.
void qk_random_open_uniform(float *out, size_t count, const qk_random_stream *stream,
                            uint32_t first_block);

// Box-Muller. In each block, words (0, 1) give normals (0, 1) and words (2, 3) give (2, 3):
//     radius = sqrt(-2 log(u)), u = (0.5 + (first >> 9)) * 2^-23
//     turn = (second >> 8) * 2^-24
//     normals = radius * cos(2 pi turn), radius * sin(2 pi turn)
// in float, with this library's logarithm, sine and cosine. |normal| < 5.8.
void qk_random_normal(float *out, size_t count, const qk_random_stream *stream,
                      uint32_t first_block);

#endif
