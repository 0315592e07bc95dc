// The gap-mnist workload by hand: what an expert's C loop reaches with the same matrix products.
//
//   cc -O3 -march=native -fopenmp-simd -fno-math-errno -fno-trapping-math -o gap_mnist
//      gap_mnist.c $(pkg-config --cflags --libs openblas zlib) -lm -lpthread
//   ./gap_mnist --data DIR [--pairs 2] [--steps 5000] [--threads 2] [--picture FILE.pgm]
//
// G 10-128-784 (ReLU, sigmoid) against D 784-128-1 (ReLU), batch 32, Adam 1e-3, bce on logits,
// generator non-saturating. One step = one update of D, then one of G, each with fresh latents; the
// real batch is fresh in each step. Every 100 steps random matchings exchange the discriminators
// with their optimiser state. One BLAS thread; pairs are dealt to the program's own threads.
// Weights are [in, out], which is the faster layout for these products. Prints one line of JSON.

#include <cblas.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

#include "elementary.h"

enum {
    BATCH = 32,
    LATENT = 10,
    HIDDEN = 128,
    PIXELS = 784,
    SWAP_EVERY = 100,
    // Offsets into a parameter vector, [in, out] weights before their biases.
    G_W1 = 0,
    G_B1 = G_W1 + LATENT * HIDDEN,
    G_W2 = G_B1 + HIDDEN,
    G_B2 = G_W2 + HIDDEN * PIXELS,
    G_COUNT = G_B2 + PIXELS,
    D_W1 = 0,
    D_B1 = D_W1 + PIXELS * HIDDEN,
    D_W2 = D_B1 + HIDDEN,
    D_B2 = D_W2 + HIDDEN,
    D_COUNT = D_B2 + 1,
};

typedef struct {
    float *parameters, *mean, *square;  // Adam's first and second moments
    int count, updates;
} Network;

typedef struct {
    Network generator;
    Network *discriminator;
    uint32_t key;  // of the pair's random numbers
    int *order;    // of the examples, shuffled anew in each epoch
    int next;
    float d_loss, g_loss;
} Pair;

// What one thread needs to train any pair. Rows 0..31 of x, h and logits are real, the rest not.
typedef struct {
    float latent[BATCH * LATENT], generator_hidden[BATCH * HIDDEN];
    float x[2 * BATCH * PIXELS], h[2 * BATCH * HIDDEN], logits[2 * BATCH];
    float d_x[BATCH * PIXELS], d_h[2 * BATCH * HIDDEN], d_logits[2 * BATCH];
    float gradient[G_COUNT > D_COUNT ? G_COUNT : D_COUNT];
} __attribute__((aligned(64))) Workspace;

static uint8_t *images;
static int image_count;

static void fail(const char *message, const char *detail) {
    fprintf(stderr, "gap_mnist: %s %s\n", message, detail);
    exit(1);
}

static void *allocate(size_t bytes) {
    void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!memory) fail("out of memory", "");
    memset(memory, 0, bytes);
    return memory;
}

// --- One pair ------------------------------------------------------------------------------------

static void product(
    enum CBLAS_TRANSPOSE a_transpose, enum CBLAS_TRANSPOSE b_transpose, int m, int n, int k,
    const float *a, const float *b, float *c) {
    cblas_sgemm(
        CblasRowMajor, a_transpose, b_transpose, m, n, k, 1, a, a_transpose == CblasTrans ? m : k,
        b, b_transpose == CblasTrans ? k : n, 0, c, n);
}

static void add_bias_relu(float *restrict x, const float *restrict bias, int rows, int columns) {
    for (int r = 0; r < rows; r++)
        for (int j = 0; j < columns; j++)
            x[r * columns + j] = rectified(x[r * columns + j] + bias[j]);
}

// m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g^2; p -= rate m / (sqrt(v) + epsilon), with both bias
// corrections folded into rate and epsilon: the same numbers as PyTorch's Adam.
static void adam(Network *network, const float *restrict gradient) {
    float *restrict p = network->parameters, *restrict m = network->mean;
    float *restrict v = network->square;
    double t = ++network->updates, correction = sqrt(1 - pow(0.999, t));
    float rate = (float)(1e-3 * correction / (1 - pow(0.9, t)));
    float epsilon = (float)(1e-8 * correction);
    for (int i = 0; i < network->count; i++) {
        float g = gradient[i];
        m[i] = 0.9f * m[i] + 0.1f * g;
        v[i] = 0.999f * v[i] + 0.001f * (g * g);
        p[i] -= rate * m[i] / (__builtin_sqrtf(v[i]) + epsilon);
    }
}

// x = sigmoid(relu(z W1 + b1) W2 + b2), with fresh latents z.
static void generate(Pair *pair, Workspace *w, uint32_t draw, float *restrict x) {
    const float *p = pair->generator.parameters;
    fill_normal(w->latent, BATCH * LATENT, pair->key, draw);
    product(CblasNoTrans, CblasNoTrans, BATCH, HIDDEN, LATENT, w->latent, p + G_W1,
            w->generator_hidden);
    add_bias_relu(w->generator_hidden, p + G_B1, BATCH, HIDDEN);
    product(CblasNoTrans, CblasNoTrans, BATCH, PIXELS, HIDDEN, w->generator_hidden, p + G_W2, x);
    const float *restrict bias = p + G_B2;
    for (int r = 0; r < BATCH; r++)
        for (int j = 0; j < PIXELS; j++)
            x[r * PIXELS + j] = sigmoid(x[r * PIXELS + j] + bias[j]);
}

// logits = relu(x W1 + b1) w2 + b2
static void judge(const float *p, Workspace *w, const float *x, int rows) {
    product(CblasNoTrans, CblasNoTrans, rows, HIDDEN, PIXELS, x, p + D_W1, w->h);
    const float *restrict bias = p + D_B1, *restrict weight = p + D_W2;
    float *restrict h = w->h;
    for (int r = 0; r < rows; r++) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int j = 0; j < HIDDEN; j++) {
            float value = rectified(h[r * HIDDEN + j] + bias[j]);
            h[r * HIDDEN + j] = value;
            sum += value * weight[j];
        }
        w->logits[r] = sum + p[D_B2];
    }
}

static void draw_examples(Pair *pair, float *restrict x) {
    for (int r = 0; r < BATCH; r++) {
        if (pair->next == image_count / BATCH * BATCH) pair->next = 0;
        // The step of a Fisher-Yates shuffle that the next example needs.
        int i = pair->next++;
        uint32_t word = mixed(mixed(pair->key + (uint32_t)i) + (uint32_t)pair->order[i]);
        int j = i + (int)(((uint64_t)word * (uint64_t)(image_count - i)) >> 32);
        int example = pair->order[j];
        pair->order[j] = pair->order[i];
        pair->order[i] = example;
        const uint8_t *restrict image = images + (size_t)example * PIXELS;
        for (int k = 0; k < PIXELS; k++) x[r * PIXELS + k] = (float)image[k] * (1.0f / 255.0f);
    }
}

// mean softplus(-D(x)) + mean softplus(D(G(z)))
static void update_discriminator(Pair *pair, Workspace *w, uint32_t draw) {
    const float *p = pair->discriminator->parameters;
    draw_examples(pair, w->x);
    generate(pair, w, draw, w->x + BATCH * PIXELS);
    judge(p, w, w->x, 2 * BATCH);
    float loss = 0, d_bias = 0;
#pragma omp simd reduction(+ : loss, d_bias)
    for (int r = 0; r < 2 * BATCH; r++) {
        float sign = r < BATCH ? -1.0f : 1.0f;
        loss += softplus(sign * w->logits[r]);
        w->d_logits[r] = sign * sigmoid(sign * w->logits[r]) * (1.0f / BATCH);
        d_bias += w->d_logits[r];
    }
    pair->d_loss = loss / BATCH;
    float *restrict d_b1 = w->gradient + D_B1, *restrict d_w2 = w->gradient + D_W2;
    const float *restrict weight = p + D_W2, *restrict h = w->h;
    float *restrict d_h = w->d_h;
    memset(d_b1, 0, HIDDEN * sizeof(float));
    memset(d_w2, 0, HIDDEN * sizeof(float));
    for (int r = 0; r < 2 * BATCH; r++)
        for (int j = 0; j < HIDDEN; j++) {
            float value = h[r * HIDDEN + j];
            float d_value = value > 0 ? w->d_logits[r] * weight[j] : 0.0f;
            d_h[r * HIDDEN + j] = d_value;
            d_b1[j] += d_value;
            d_w2[j] += w->d_logits[r] * value;
        }
    w->gradient[D_B2] = d_bias;
    product(CblasTrans, CblasNoTrans, PIXELS, HIDDEN, 2 * BATCH, w->x, w->d_h, w->gradient + D_W1);
    adam(pair->discriminator, w->gradient);
}

// mean softplus(-D(G(z)))
static void update_generator(Pair *pair, Workspace *w, uint32_t draw) {
    const float *p = pair->generator.parameters, *of_d = pair->discriminator->parameters;
    generate(pair, w, draw, w->x);
    judge(of_d, w, w->x, BATCH);
    const float *restrict weight = of_d + D_W2;
    float loss = 0;
#pragma omp simd reduction(+ : loss)
    for (int r = 0; r < BATCH; r++) {
        loss += softplus(-w->logits[r]);
        w->d_logits[r] = -sigmoid(-w->logits[r]) * (1.0f / BATCH);
    }
    pair->g_loss = loss / BATCH;
    for (int r = 0; r < BATCH; r++)
        for (int j = 0; j < HIDDEN; j++)
            w->d_h[r * HIDDEN + j] = w->h[r * HIDDEN + j] > 0 ? w->d_logits[r] * weight[j] : 0.0f;
    product(CblasNoTrans, CblasTrans, BATCH, PIXELS, HIDDEN, w->d_h, of_d + D_W1, w->d_x);

    float *restrict d_b2 = w->gradient + G_B2, *restrict d_x = w->d_x;
    const float *restrict x = w->x;
    memset(d_b2, 0, PIXELS * sizeof(float));
    for (int r = 0; r < BATCH; r++)
        for (int j = 0; j < PIXELS; j++) {
            float value = x[r * PIXELS + j];
            float d_value = d_x[r * PIXELS + j] * value * (1.0f - value);
            d_x[r * PIXELS + j] = d_value;
            d_b2[j] += d_value;
        }
    product(CblasTrans, CblasNoTrans, HIDDEN, PIXELS, BATCH, w->generator_hidden, w->d_x,
            w->gradient + G_W2);
    product(CblasNoTrans, CblasTrans, BATCH, HIDDEN, PIXELS, w->d_x, p + G_W2, w->d_h);
    float *restrict d_b1 = w->gradient + G_B1, *restrict d_h = w->d_h;
    const float *restrict hidden = w->generator_hidden;
    memset(d_b1, 0, HIDDEN * sizeof(float));
    for (int r = 0; r < BATCH; r++)
        for (int j = 0; j < HIDDEN; j++) {
            float d_value = hidden[r * HIDDEN + j] > 0 ? d_h[r * HIDDEN + j] : 0.0f;
            d_h[r * HIDDEN + j] = d_value;
            d_b1[j] += d_value;
        }
    product(CblasTrans, CblasNoTrans, LATENT, HIDDEN, BATCH, w->latent, w->d_h,
            w->gradient + G_W1);
    adam(&pair->generator, w->gradient);
}

// --- The population ------------------------------------------------------------------------------

typedef struct {
    Pair *pairs;
    int pair_count, thread_count, steps;
    pthread_barrier_t barrier;
    double started;
} Population;

typedef struct {
    Population *population;
    int index;
} Worker;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// A random matching: shuffled pairs exchange discriminators two by two; an odd one sits out.
static void swap_discriminators(Population *population, uint32_t event) {
    int count = population->pair_count, seats[count];
    for (int i = 0; i < count; i++) {
        int j = (int)(mixed(mixed(event) + (uint32_t)i) % (uint32_t)(i + 1));
        seats[i] = seats[j];
        seats[j] = i;
    }
    for (int i = 0; i + 1 < count; i += 2) {
        Pair *a = &population->pairs[seats[i]], *b = &population->pairs[seats[i + 1]];
        Network *moved = a->discriminator;
        a->discriminator = b->discriminator;
        b->discriminator = moved;
    }
}

// The first 100 steps are not timed: they bring code and memory into place.
static void *work(void *argument) {
    Worker *worker = argument;
    Population *population = worker->population;
    Workspace *w = allocate(sizeof(Workspace));
    for (int step = 0; step < population->steps; step += SWAP_EVERY) {
        for (int i = worker->index; i < population->pair_count; i += population->thread_count)
            for (int s = step; s < step + SWAP_EVERY; s++) {
                update_discriminator(&population->pairs[i], w, 2 * (uint32_t)s);
                update_generator(&population->pairs[i], w, 2 * (uint32_t)s + 1);
            }
        if (pthread_barrier_wait(&population->barrier) == PTHREAD_BARRIER_SERIAL_THREAD) {
            if (step == 0) population->started = seconds();
            swap_discriminators(population, (uint32_t)step);
        }
        pthread_barrier_wait(&population->barrier);
    }
    free(w);
    return NULL;
}

// The three vectors start 1,280 bytes apart modulo 4,096: at equal offsets the loads of one would
// wait for the stores of another, which costs Adam a third of its speed.
static Network make_network(int count) {
    size_t stride = ((size_t)count + 1023) / 1024 * 1024 + 320;
    float *memory = allocate(3 * stride * sizeof(float));
    return (Network){memory, memory + stride, memory + 2 * stride, count, 0};
}

// Glorot uniform, zero biases.
static void initialize(float *weight, int fan_in, int fan_out, uint32_t key) {
    float limit = sqrtf(6.0f / (float)(fan_in + fan_out));
    for (int i = 0; i < fan_in * fan_out; i++)
        weight[i] = limit * ((float)(int32_t)mixed(mixed(key) + (uint32_t)i) * 0x1p-31f);
}

static Pair *make_pairs(int count) {
    Pair *pairs = allocate((size_t)count * sizeof(Pair));
    for (int i = 0; i < count; i++) {
        uint32_t key = 1000u * (uint32_t)(i + 1);
        pairs[i].key = key;
        pairs[i].generator = make_network(G_COUNT);
        pairs[i].discriminator = allocate(sizeof(Network));
        *pairs[i].discriminator = make_network(D_COUNT);
        initialize(pairs[i].generator.parameters + G_W1, LATENT, HIDDEN, key + 1);
        initialize(pairs[i].generator.parameters + G_W2, HIDDEN, PIXELS, key + 2);
        initialize(pairs[i].discriminator->parameters + D_W1, PIXELS, HIDDEN, key + 3);
        initialize(pairs[i].discriminator->parameters + D_W2, HIDDEN, 1, key + 4);
        pairs[i].order = allocate((size_t)image_count * sizeof(int));
        for (int k = 0; k < image_count; k++) pairs[i].order[k] = k;
    }
    return pairs;
}

static void read_images(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/train-images-idx3-ubyte.gz", folder);
    gzFile file = gzopen(path, "rb");
    uint8_t header[16];
    if (!file || gzread(file, header, 16) != 16) fail("cannot read", path);
    image_count = header[4] << 24 | header[5] << 16 | header[6] << 8 | header[7];
    if (image_count < BATCH || image_count > 1000000 || header[11] != 28 || header[15] != 28)
        fail("not 28x28 IDX images:", path);
    images = allocate((size_t)image_count * PIXELS);
    if (gzread(file, images, (unsigned)(image_count * PIXELS)) != image_count * PIXELS)
        fail("too short:", path);
    gzclose(file);
}

// Eight digits of each pair, one row per pair.
static void write_picture(Population *population, const char *path) {
    enum { COLUMNS = 8 };
    FILE *file = fopen(path, "wb");
    if (!file) fail("cannot write", path);
    Workspace *w = allocate(sizeof(Workspace));
    fprintf(file, "P5\n%d %d\n255\n", COLUMNS * 28, population->pair_count * 28);
    for (int i = 0; i < population->pair_count; i++) {
        generate(&population->pairs[i], w, 1u << 30, w->x);
        for (int row = 0; row < 28; row++)
            for (int column = 0; column < COLUMNS * 28; column++)
                fputc((int)(255.0f * w->x[column / 28 * PIXELS + row * 28 + column % 28]), file);
    }
    free(w);
    fclose(file);
}

static const char *option(int count, char **words, const char *name, const char *standard) {
    for (int i = 1; i + 1 < count; i++)
        if (strcmp(words[i], name) == 0) return words[i + 1];
    return standard;
}

int main(int argument_count, char **arguments) {
    const char *folder = option(argument_count, arguments, "--data", "");
    const char *picture = option(argument_count, arguments, "--picture", "");
    Population population = {
        .pair_count = atoi(option(argument_count, arguments, "--pairs", "2")),
        .thread_count = atoi(option(argument_count, arguments, "--threads", "2")),
        .steps = SWAP_EVERY * (atoi(option(argument_count, arguments, "--steps", "5000"))
            / SWAP_EVERY + 1),
    };
    if (population.pair_count < 1 || population.thread_count < 1) fail("needs", "at least 1 pair");
    if (population.thread_count > population.pair_count)
        population.thread_count = population.pair_count;
    openblas_set_num_threads(1);
    read_images(folder);
    population.pairs = make_pairs(population.pair_count);
    pthread_barrier_init(&population.barrier, NULL, (unsigned)population.thread_count);
    pthread_t threads[population.thread_count];
    Worker workers[population.thread_count];
    for (int i = 0; i < population.thread_count; i++) {
        workers[i] = (Worker){&population, i};
        if (pthread_create(&threads[i], NULL, work, &workers[i])) fail("cannot start", "a thread");
    }
    for (int i = 0; i < population.thread_count; i++) pthread_join(threads[i], NULL);
    double taken = seconds() - population.started;
    double timed = (double)(population.steps - SWAP_EVERY) * population.pair_count;
    printf("{\"c\": %.1f, \"d_loss\": %.4f, \"g_loss\": %.4f, \"kernels\": \"%s\"}\n",
           timed / taken, population.pairs[0].d_loss, population.pairs[0].g_loss,
           openblas_get_corename());
    if (picture[0]) write_picture(&population, picture);
    return 0;
}
