// Defines loops of elementwise operations; included by the files that hold them.
#ifndef QK_ELEMENTWISE_KERNEL_H
#define QK_ELEMENTWISE_KERNEL_H

#include "clones.h"
#include "elementwise.h"

// The loop of `expression` over a, b, c, d, those in `set` being scalars.
#define QK_KERNEL(name, set, expression)                                                        \
    QK_CLONES static void name##_with_##set(float *out, const float *pa, const float *pb,       \
                                            const float *pc, const float *pd, size_t count) {   \
        const float scalar_a = *pa, scalar_b = *pb, scalar_c = *pc, scalar_d = *pd;             \
        QK_VECTORIZE for (size_t i = 0; i < count; i++) {                                       \
            const float a = ((set) & QK_SCALAR_A) ? scalar_a : pa[i];                           \
            const float b = ((set) & QK_SCALAR_B) ? scalar_b : pb[i];                           \
            const float c = ((set) & QK_SCALAR_C) ? scalar_c : pc[i];                           \
            const float d = ((set) & QK_SCALAR_D) ? scalar_d : pd[i];                           \
            (void)a, (void)b, (void)c, (void)d;                                                 \
            out[i] = (expression);                                                              \
        }                                                                                       \
    }

// An operation of one operand.
#define QK_UNARY(name, function_name, expression)                                               \
    QK_KERNEL(name, 0, expression)                                                              \
    const qk_elementwise_operation function_name = {1, QK_SWAPS_NONE, {[0] = name##_with_0}};

// An operation of two operands.
#define QK_BINARY(name, expression)                                                             \
    QK_KERNEL(name, 0, expression)                                                              \
    QK_KERNEL(name, 1, expression)                                                              \
    QK_KERNEL(name, 2, expression)                                                              \
    const qk_elementwise_operation qk_##name = {                                                \
        2, QK_SWAPS_NONE, {[0] = name##_with_0, [1] = name##_with_1, [2] = name##_with_2}};

#endif
