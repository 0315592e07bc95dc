// Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC11), vectorised over blocks.
#include "include/random.h"

#include "clones.h"
#include "vector_math.h"

enum { ROUNDS = 10, BLOCKS_PER_TILE = 64, WORDS_PER_TILE = 4 * BLOCKS_PER_TILE };

typedef struct {
    uint32_t word[4];
} block;

// The words are kept in 64-bit variables whose upper halves are ignored: a vector unit multiplies
// the lower halves of 64-bit lanes, and this way nothing has to be moved between lanes.
QK_INLINE block philox(const qk_random_stream *stream, uint32_t index) {
    uint64_t c0 = index, c1 = stream->counter[0], c2 = stream->counter[1];
    uint64_t c3 = stream->counter[2];
    uint32_t k0 = stream->key[0], k1 = stream->key[1];
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t p0 = (c0 & 0xFFFFFFFFu) * 0xD2511F53u;
        const uint64_t p1 = (c2 & 0xFFFFFFFFu) * 0xCD9E8D57u;
        c0 = p1 >> 32 ^ c1 ^ k0;
        c1 = p1;
        c2 = p0 >> 32 ^ c3 ^ k1;
        c3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (block){{(uint32_t)c0, (uint32_t)c1, (uint32_t)c2, (uint32_t)c3}};
}

void qk_philox_block(const qk_random_stream *stream, uint32_t index, uint32_t words[4]) {
    const block b = philox(stream, index);
    memcpy(words, b.word, sizeof b.word);
}

// MARK: Conversions of a word

QK_INLINE float uniform(uint32_t word) {
    return (float)(int32_t)(word >> 8) * 0x1p-24f;
}

QK_INLINE float open_uniform(uint32_t word) {
    return ((float)(int32_t)(word >> 9) + 0.5f) * 0x1p-23f;
}

// MARK: Tiles of 64 blocks

// Words 0, 1, 2, 3 of the blocks, each in a row of its own.
QK_INLINE void philox_tile(uint32_t rows[4][BLOCKS_PER_TILE], const qk_random_stream *stream,
                           uint32_t first) {
    uint32_t *restrict row0 = rows[0], *restrict row1 = rows[1];
    uint32_t *restrict row2 = rows[2], *restrict row3 = rows[3];
    QK_VECTORIZE for (uint32_t i = 0; i < BLOCKS_PER_TILE; i++) {
        const block b = philox(stream, first + i);
        row0[i] = b.word[0], row1[i] = b.word[1], row2[i] = b.word[2], row3[i] = b.word[3];
    }
}

QK_CLONES static void uniform_tile(float *restrict out, const qk_random_stream *stream,
                                   uint32_t first) {
    uint32_t rows[4][BLOCKS_PER_TILE];
    philox_tile(rows, stream, first);
    QK_VECTORIZE for (size_t i = 0; i < BLOCKS_PER_TILE; i++) {
        for (size_t w = 0; w < 4; w++) out[4 * i + w] = uniform(rows[w][i]);
    }
}

QK_CLONES static void open_uniform_tile(float *restrict out, const qk_random_stream *stream,
                                        uint32_t first) {
    uint32_t rows[4][BLOCKS_PER_TILE];
    philox_tile(rows, stream, first);
    QK_VECTORIZE for (size_t i = 0; i < BLOCKS_PER_TILE; i++) {
        for (size_t w = 0; w < 4; w++) out[4 * i + w] = open_uniform(rows[w][i]);
    }
}

QK_CLONES static void normal_tile(float *restrict out, const qk_random_stream *stream,
                                  uint32_t first) {
    uint32_t rows[4][BLOCKS_PER_TILE];
    float normals[4][BLOCKS_PER_TILE];
    philox_tile(rows, stream, first);
    for (int pair = 0; pair < 4; pair += 2) {
        QK_VECTORIZE for (size_t i = 0; i < BLOCKS_PER_TILE; i++) {
            const float u = open_uniform(rows[pair][i]);
            const float radius = __builtin_elementwise_sqrt(-2.0f * qk_logarithm(u));
            float sine, cosine;
            qk_sine_cosine_of_turns(uniform(rows[pair + 1][i]), &sine, &cosine);
            normals[pair][i] = radius * cosine;
            normals[pair + 1][i] = radius * sine;
        }
    }
    QK_VECTORIZE for (size_t i = 0; i < BLOCKS_PER_TILE; i++) {
        for (size_t w = 0; w < 4; w++) out[4 * i + w] = normals[w][i];
    }
}

// MARK: Fills

typedef void (*float_tile)(float *restrict out, const qk_random_stream *stream, uint32_t first);

static void fill(float *out, size_t count, const qk_random_stream *stream, uint32_t first_block,
                 float_tile tile) {
    size_t i = 0;
    for (; i + WORDS_PER_TILE <= count; i += WORDS_PER_TILE) {
        tile(out + i, stream, first_block + (uint32_t)(i / 4));
    }
    if (i == count) return;
    float last[WORDS_PER_TILE];
    tile(last, stream, first_block + (uint32_t)(i / 4));
    memcpy(out + i, last, (count - i) * sizeof(float));
}

void qk_random_uniform(float *out, size_t count, const qk_random_stream *stream,
                       uint32_t first_block) {
    fill(out, count, stream, first_block, uniform_tile);
}

void qk_random_open_uniform(float *out, size_t count, const qk_random_stream *stream,
                            uint32_t first_block) {
    fill(out, count, stream, first_block, open_uniform_tile);
}

void qk_random_normal(float *out, size_t count, const qk_random_stream *stream,
                      uint32_t first_block) {
    fill(out, count, stream, first_block, normal_tile);
}
