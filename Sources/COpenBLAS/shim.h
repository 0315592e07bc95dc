// OpenBLAS through its C interface, and the calls that describe the loaded library.
#include <cblas.h>
#include <openblas_config.h>
