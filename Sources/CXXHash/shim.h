#ifndef QUADRILLE_CXXHASH_SHIM_H
#define QUADRILLE_CXXHASH_SHIM_H

#include <xxhash.h>

#endif
