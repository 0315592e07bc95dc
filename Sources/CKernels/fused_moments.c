// Adam's update as one loop: the four steps that it fuses to, element by element.
//
// Step by step, a walk waits for memory in two steps and for roots and quotients in the other
// two; in one loop the one hides the other, which takes half the time. Every element goes
// through the same operations in the same order, so no bit changes.
#include <stdbool.h>

#include "clones.h"
#include "elementwise.h"

// The first and second moment, the gradient and the parameters: m, v, g, p.
typedef struct {
    float *new_m, *new_v, *new_p;
    const float *m, *v, *g, *p;
    float keep_m, take_g, keep_v, take_square, root_scale, root_shift, rate;
} moments;

QK_CLONES static void run_moments(const moments *u, size_t count) {
    float *const new_m = u->new_m, *const new_v = u->new_v, *const new_p = u->new_p;
    const float *const m = u->m, *const v = u->v, *const g = u->g, *const p = u->p;
    const float keep_m = u->keep_m, take_g = u->take_g, keep_v = u->keep_v;
    const float take_square = u->take_square, root_scale = u->root_scale;
    const float root_shift = u->root_shift, rate = u->rate;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const qk_lanes gradient = QK_LOAD(g + i);
        const qk_lanes first = QK_LOAD(m + i) * keep_m + gradient * take_g;
        const qk_lanes second = QK_LOAD(v + i) * keep_v + take_square * (gradient * gradient);
        const qk_lanes root = __builtin_elementwise_sqrt(second) * root_scale + root_shift;
        const qk_lanes next = QK_LOAD(p + i) - rate * first / root;
        QK_STORE(new_m + i, first);
        QK_STORE(new_v + i, second);
        QK_STORE(new_p + i, next);
    }
    for (; i < count; i++) {
        const float first = m[i] * keep_m + g[i] * take_g;
        const float second = v[i] * keep_v + take_square * (g[i] * g[i]);
        const float root = __builtin_elementwise_sqrt(second) * root_scale + root_shift;
        new_p[i] = p[i] - rate * first / root;
        new_m[i] = first;
        new_v[i] = second;
    }
}

static bool is_input(const qk_fused_program *program, uint8_t reg, uint8_t mode) {
    return reg < program->input_count && program->input_modes[reg] == mode;
}

bool qk_run_moments(const qk_fused_program *program, const float *const *inputs,
                    float *const *outputs) {
    if (program->step_count != 4 || program->output_count != 3) return false;
    const qk_step *m = program->steps, *v = m + 1, *root = m + 2, *p = m + 3;
    if (m->opcode != QK_SUM_OF_PRODUCTS || v->opcode != QK_SCALED_SQUARE_ADD ||
        root->opcode != QK_SQUARE_ROOT_AFFINE || p->opcode != QK_SUBTRACT_QUOTIENT) {
        return false;
    }
    const uint8_t first_step = program->input_count, gradient = m->c;
    const bool is_wired =
        is_input(program, m->a, QK_FULL) && is_input(program, m->b, QK_SCALAR) &&
        is_input(program, gradient, QK_FULL) && is_input(program, m->d, QK_SCALAR) &&
        is_input(program, v->a, QK_FULL) && is_input(program, v->b, QK_SCALAR) &&
        is_input(program, v->c, QK_SCALAR) && v->d == gradient && root->a == first_step + 1 &&
        is_input(program, root->b, QK_SCALAR) && is_input(program, root->c, QK_SCALAR) &&
        is_input(program, p->a, QK_FULL) && is_input(program, p->b, QK_SCALAR) &&
        p->c == first_step && p->d == first_step + 2 && m->output != QK_NO_OUTPUT &&
        v->output != QK_NO_OUTPUT && root->output == QK_NO_OUTPUT && p->output != QK_NO_OUTPUT;
    if (!is_wired) return false;
    const moments update = {
        .new_m = outputs[m->output], .new_v = outputs[v->output], .new_p = outputs[p->output],
        .m = inputs[m->a], .v = inputs[v->a], .g = inputs[gradient], .p = inputs[p->a],
        .keep_m = *inputs[m->b], .take_g = *inputs[m->d], .keep_v = *inputs[v->b],
        .take_square = *inputs[v->c], .root_scale = *inputs[root->b],
        .root_shift = *inputs[root->c], .rate = *inputs[p->b],
    };
    run_moments(&update, (size_t)program->rows * (size_t)program->columns);
    return true;
}
