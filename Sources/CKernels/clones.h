// How every loop of this library is compiled.
//
// On x86-64 ELF Linux each function marked QK_CLONES exists three times: for AVX-512 (x86-64-v4),
// for AVX2 (x86-64-v3) and for the baseline; the loader picks one. All three give the same bits,
// because nothing here is contracted or reassociated: every sum states its order.
#ifndef QK_CLONES_H
#define QK_CLONES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Sanitizers instrument the function that picks a clone as well. The loader calls it before their
// run-time library is up, so that every program would end before its main: they get one clone.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define QK_SANITIZED
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define QK_SANITIZED
#endif

#if defined(__x86_64__) && defined(__linux__) && defined(__ELF__) && !defined(QK_SANITIZED)
#define QK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define QK_CLONES
#endif

#define QK_INLINE static inline __attribute__((always_inline))

// An output may be exactly one of the inputs; element i depends on element i only. A run-time
// overlap check would send that case to scalar code.
#define QK_VECTORIZE _Pragma("clang loop vectorize(assume_safety)")

// Sixteen floats: one register with AVX-512, two with AVX2, four with SSE.
typedef float qk_lanes __attribute__((ext_vector_type(16)));
typedef float qk_unaligned_lanes __attribute__((ext_vector_type(16), aligned(4)));

#define QK_LOAD(pointer) ((qk_lanes)(*(const qk_unaligned_lanes *)(pointer)))
#define QK_STORE(pointer, value) (*(qk_unaligned_lanes *)(pointer) = (value))

#endif
