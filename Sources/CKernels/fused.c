// The executor of fused elementwise programs.
//
// The space is walked in tiles small enough for the first-level cache. Within a tile each step is
// one vector loop; inputs are read and outputs written in place, everything else stays in scratch
// tiles on the stack. Element i of a step depends on element i of its operands only, so the tiling
// cannot change a result.
#include <stdbool.h>

#include "clones.h"
#include "elementwise.h"

enum {
    TILE = 1024,  // elements: 4 KiB
    // Below these numbers of columns several rows share a tile: without and with column operands,
    // which are cheaper as scalars of their row.
    NARROW_COLUMNS = 512,
    NARROW_COLUMNS_WITH_COLUMN_OPERANDS = 128
};

// A step with its loop chosen and its operands in the order that loop wants.
typedef struct {
    qk_tile_kernel kernel;
    uint8_t operands[4];  // registers
    uint8_t spread;       // set of scalar operands that the loop cannot take as scalars
} resolved_step;

typedef struct {
    const qk_fused_program *program;
    const float *const *inputs;
    float *const *outputs;
    size_t rows, columns;
    uint8_t modes[QK_MAX_INPUTS];  // with degenerate extents taken into account
    bool has_row_operands, has_column_operands;
    resolved_step steps[QK_MAX_STEPS];
    bool deferred[QK_MAX_OUTPUTS];  // written aside and copied when the tile is done
    const float *registers[QK_MAX_INPUTS + QK_MAX_STEPS];
    _Alignas(64) float scratch[QK_MAX_SCRATCH][TILE];
    _Alignas(64) float aside[QK_MAX_OUTPUTS][TILE];
    _Alignas(64) float expanded[QK_MAX_INPUTS][TILE];  // rows and columns, in narrow walks
    _Alignas(64) float spread[4][TILE];
} walk;

QK_CLONES static void fill_tile(float *out, float value, size_t count) {
    QK_VECTORIZE for (size_t i = 0; i < count; i++) out[i] = value;
}

// MARK: Before the walk

// An extent of one makes rows and columns plain arrays or scalars.
static void resolve_modes(walk *w) {
    const qk_fused_program *program = w->program;
    w->has_row_operands = w->has_column_operands = false;
    for (int i = 0; i < program->input_count; i++) {
        uint8_t mode = program->input_modes[i];
        if (mode == QK_ROW && w->rows == 1) mode = QK_FULL;
        if (mode == QK_ROW && w->columns == 1) mode = QK_SCALAR;
        if (mode == QK_COLUMN && w->columns == 1) mode = QK_FULL;
        if (mode == QK_COLUMN && w->rows == 1) mode = QK_SCALAR;
        w->modes[i] = mode;
        w->has_row_operands |= mode == QK_ROW;
        w->has_column_operands |= mode == QK_COLUMN;
    }
}

static void swap_operands(uint8_t operands[4], unsigned *set, int first) {
    const uint8_t operand = operands[first];
    operands[first] = operands[first + 1];
    operands[first + 1] = operand;
    const unsigned low = *set >> first & 1, high = *set >> (first + 1) & 1;
    *set = (*set & ~(3u << first)) | low << (first + 1) | high << first;
}

// Chooses the loop that takes as many of the scalar operands as scalars as there is one for.
static void resolve_step(walk *w, int index, bool columns_are_scalars) {
    const qk_step *step = &w->program->steps[index];
    const qk_elementwise_operation *operation = qk_elementwise_operations[step->opcode];
    resolved_step *resolved = &w->steps[index];
    uint8_t *operands = resolved->operands;
    operands[0] = operands[1] = operands[2] = operands[3] = step->a;
    if (operation->operand_count > 1) operands[1] = step->b;
    if (operation->operand_count > 2) operands[2] = step->c;
    if (operation->operand_count > 3) operands[3] = step->d;
    unsigned set = 0;
    for (int k = 0; k < operation->operand_count; k++) {
        if (operands[k] >= w->program->input_count) continue;
        const uint8_t mode = w->modes[operands[k]];
        if (mode == QK_SCALAR || (mode == QK_COLUMN && columns_are_scalars)) set |= 1u << k;
    }
    if ((operation->swaps & QK_SWAPS_A_B) && (set & 3) == 1) swap_operands(operands, &set, 0);
    if ((operation->swaps & QK_SWAPS_C_D) && (set & 12) == 4) swap_operands(operands, &set, 2);
    resolved->spread = 0;
    for (unsigned k = 0; operation->with_scalars[set] == NULL; k++) {
        resolved->spread |= set & 1u << k;
        set &= ~(1u << k);
    }
    resolved->kernel = operation->with_scalars[set];
}

// An output that replaces an input which a later step still reads has to wait for that step.
static void resolve_deferral(walk *w) {
    const qk_fused_program *program = w->program;
    for (int i = 0; i < program->step_count; i++) {
        const uint8_t output = program->steps[i].output;
        if (output == QK_NO_OUTPUT) continue;
        w->deferred[output] = false;
        for (int k = 0; k < program->input_count; k++) {
            if (w->inputs[k] != w->outputs[output]) continue;
            for (int j = i + 1; j < program->step_count; j++) {
                const uint8_t *operands = w->steps[j].operands;
                w->deferred[output] |= operands[0] == k || operands[1] == k ||
                                       operands[2] == k || operands[3] == k;
            }
        }
    }
}

// MARK: One tile

static const float *spread_operand(walk *w, int k, const float *value, size_t count) {
    fill_tile(w->spread[k], *value, count);
    return w->spread[k];
}

// Runs all steps on `count` elements, the inputs' registers being set.
static void run_tile(walk *w, size_t offset, size_t count) {
    const qk_fused_program *program = w->program;
    const float **registers = w->registers;
    for (int i = 0; i < program->step_count; i++) {
        const qk_step *step = &program->steps[i];
        const resolved_step *resolved = &w->steps[i];
        float *out = w->scratch[step->scratch % QK_MAX_SCRATCH];
        if (step->output != QK_NO_OUTPUT) {
            out = w->deferred[step->output] ? w->aside[step->output]
                                            : w->outputs[step->output] + offset;
        }
        const float *operands[4];
        for (int k = 0; k < 4; k++) {
            operands[k] = registers[resolved->operands[k]];
            if (resolved->spread >> k & 1) operands[k] = spread_operand(w, k, operands[k], count);
        }
        resolved->kernel(out, operands[0], operands[1], operands[2], operands[3], count);
        registers[program->input_count + i] = out;
    }
    for (int o = 0; o < program->output_count; o++) {
        if (w->deferred[o]) memcpy(w->outputs[o] + offset, w->aside[o], count * sizeof(float));
    }
}

// MARK: Walks

// No input depends on the row or column alone: one long row.
static void walk_flat(walk *w) {
    const size_t count = w->rows * w->columns;
    for (size_t offset = 0; offset < count; offset += TILE) {
        for (int k = 0; k < w->program->input_count; k++) {
            w->registers[k] = w->inputs[k] + (w->modes[k] == QK_FULL ? offset : 0);
        }
        run_tile(w, offset, count - offset < TILE ? count - offset : TILE);
    }
}

// Long rows one by one; a column operand is a scalar of its row.
static void walk_rows(walk *w) {
    for (size_t row = 0; row < w->rows; row++) {
        for (size_t column = 0; column < w->columns; column += TILE) {
            const size_t offset = row * w->columns + column;
            const size_t place[] = {
                [QK_FULL] = offset, [QK_SCALAR] = 0, [QK_ROW] = column, [QK_COLUMN] = row};
            for (int k = 0; k < w->program->input_count; k++) {
                w->registers[k] = w->inputs[k] + place[w->modes[k]];
            }
            const size_t left = w->columns - column;
            run_tile(w, offset, left < TILE ? left : TILE);
        }
    }
}

static void repeat_row(float *tile, const float *row, size_t columns, size_t rows) {
    for (size_t r = 0; r < rows; r++) memcpy(tile + r * columns, row, columns * sizeof(float));
}

static void spread_column(float *tile, const float *column, size_t columns, size_t rows) {
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) tile[r * columns + c] = column[r];
    }
}

// Short rows, several to a tile; row and column operands are written out for a tile.
static void walk_narrow(walk *w) {
    const size_t columns = w->columns;
    const size_t fitting = TILE / columns;
    const size_t rows_per_tile = fitting < w->rows ? fitting : w->rows;
    const int input_count = w->program->input_count;
    for (int k = 0; k < input_count; k++) {
        w->registers[k] = w->inputs[k];
        if (w->modes[k] != QK_ROW) continue;
        repeat_row(w->expanded[k], w->inputs[k], columns, rows_per_tile);
        w->registers[k] = w->expanded[k];
    }
    for (size_t row = 0; row < w->rows; row += rows_per_tile) {
        const size_t left = w->rows - row;
        const size_t rows = left < rows_per_tile ? left : rows_per_tile;
        for (int k = 0; k < input_count; k++) {
            if (w->modes[k] == QK_FULL) w->registers[k] = w->inputs[k] + row * columns;
            if (w->modes[k] != QK_COLUMN) continue;
            spread_column(w->expanded[k], w->inputs[k] + row, columns, rows);
            w->registers[k] = w->expanded[k];
        }
        run_tile(w, row * columns, rows * columns);
    }
}

void qk_run_fused(const qk_fused_program *program, const float *const *inputs,
                  float *const *outputs) {
    if (qk_run_moments(program, inputs, outputs)) return;
    if (program->rows <= 0 || program->columns <= 0) return;
    walk w;
    w.program = program;
    w.inputs = inputs;
    w.outputs = outputs;
    w.rows = (size_t)program->rows;
    w.columns = (size_t)program->columns;
    resolve_modes(&w);
    const bool narrow = w.columns < (w.has_column_operands ? NARROW_COLUMNS_WITH_COLUMN_OPERANDS
                                                           : NARROW_COLUMNS);
    for (int i = 0; i < program->step_count; i++) resolve_step(&w, i, !narrow);
    resolve_deferral(&w);
    if (!w.has_row_operands && !w.has_column_operands) {
        walk_flat(&w);
    } else if (narrow) {
        walk_narrow(&w);
    } else {
        walk_rows(&w);
    }
}
