// Counts calls of malloc, calloc, realloc and the aligned ones, when preloaded into a program:
// at its end the sum is appended as a line to the file that ALLOCATION_COUNT names.
//
//   cc -O2 -shared -fPIC -o count_allocations.so count_allocations.c

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

// glibc's own entry points: no look-up, which would allocate itself.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_ulong allocations;

static void count(void) { atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed); }

void *malloc(size_t size) { return count(), __libc_malloc(size); }
void *calloc(size_t items, size_t size) { return count(), __libc_calloc(items, size); }
void *realloc(void *memory, size_t size) { return count(), __libc_realloc(memory, size); }
void *memalign(size_t edge, size_t size) { return count(), __libc_memalign(edge, size); }
void *aligned_alloc(size_t edge, size_t size) { return count(), __libc_memalign(edge, size); }

int posix_memalign(void **memory, size_t edge, size_t size) {
    count();
    *memory = __libc_memalign(edge, size);
    return *memory ? 0 : 12;  // ENOMEM
}

__attribute__((destructor)) static void write_count(void) {
    const char *path = getenv("ALLOCATION_COUNT");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file) return;
    fprintf(file, "%lu\n", atomic_load(&allocations));
    fclose(file);
}
