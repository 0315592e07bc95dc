#ifndef QUADRILLE_CZLIB_SHIM_H
#define QUADRILLE_CZLIB_SHIM_H

#include <zlib.h>

#endif
