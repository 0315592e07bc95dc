// OpenBLAS through its C interface, and the calls that describe the loaded library.
#include <cblas.h>
#include <openblas_config.h>
#include <stddef.h>

// LAPACK, which comes with the library but often without a C header. Matrices are column by column;
// the last two arguments are the lengths of the first two, as Fortran passes them.
void dsyevd_(const char *job, const char *triangle, const int *order, double *matrix,
             const int *stride, double *eigenvalues, double *work, const int *work_count,
             int *integer_work, const int *integer_work_count, int *status, size_t job_length,
             size_t triangle_length);
