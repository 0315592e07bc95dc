// Fused elementwise programs: several elementwise steps in one walk over memory.
#ifndef QK_FUSED_H
#define QK_FUSED_H

#include <stdint.h>

enum {
    QK_MAX_INPUTS = 24,
    QK_MAX_OUTPUTS = 12,
    QK_MAX_STEPS = 48,
    QK_MAX_SCRATCH = 16,
    QK_NO_OUTPUT = 255  // the result of the step stays in a scratch tile
};

// How an input covers the rows x columns space.
enum qk_operand_mode {
    QK_FULL = 0,    // operand[row * columns + column]
    QK_SCALAR = 1,  // operand[0]
    QK_ROW = 2,     // operand[column], the same in every row
    QK_COLUMN = 3   // operand[row], the same in every column
};

// Each composite rounds after every operation, so it equals the steps it replaces bit for bit.
enum qk_opcode {
    QK_ADD,             // a + b
    QK_SUBTRACT,        // a - b
    QK_MULTIPLY,        // a * b
    QK_DIVIDE,          // a / b
    QK_MAXIMUM,         // max(a, b); NaN if either is NaN; b of two equal ones
    QK_MINIMUM,         // min(a, b); likewise
    QK_SELECT,          // a <= 0 ? c : b, so b where a is NaN
    QK_NEGATE,          // -a
    QK_EXPONENTIAL,     // exp(a)
    QK_LOGARITHM,       // log(a)
    QK_SQUARE_ROOT,     // sqrt(a), correctly rounded
    QK_RECIPROCAL,      // 1 / a
    QK_TANH,            // tanh(a)
    QK_SIGMOID,         // 1 / (1 + exp(-a))
    QK_SOFTPLUS,        // max(a, 0) + log(1 + exp(-|a|))
    QK_COPY,            // a
    QK_MULTIPLY_ADD,         // a * b + c
    QK_MULTIPLY_SUBTRACT,    // a * b - c
    QK_SUBTRACT_PRODUCT,     // c - a * b
    QK_SUM_OF_PRODUCTS,      // a * b + c * d
    QK_SCALED_SQUARE_ADD,    // a * b + c * (d * d)
    QK_SQUARE_ROOT_AFFINE,   // sqrt(a) * b + c
    QK_SUBTRACT_QUOTIENT,    // a - (b * c) / d
    QK_OPCODE_COUNT
};

// Registers 0 ..< input_count are the inputs; input_count + i is the result of step i.
typedef struct {
    uint8_t opcode;
    uint8_t output;      // index into the outputs, or QK_NO_OUTPUT
    uint8_t scratch;     // index of the scratch tile if output == QK_NO_OUTPUT
    uint8_t a, b, c, d;  // registers; those the opcode does not name are ignored
} qk_step;

typedef struct {
    int32_t rows, columns;
    uint8_t input_count, output_count;
    uint16_t step_count;
    uint8_t input_modes[QK_MAX_INPUTS];
    qk_step steps[QK_MAX_STEPS];
} qk_fused_program;

// Runs the program. Outputs are full rows x columns arrays. An output may be exactly the memory of
// a QK_FULL input: all steps see the old values of that input. Any other overlap is an error of
// the caller. The program is trusted: indices in range, each output written by one step, a
// scratch tile not reused before its last reader.
void qk_run_fused(const qk_fused_program *program, const float *const *inputs,
                  float *const *outputs);

#endif
