#ifndef QUADRILLE_CJPEG_SHIM_H
#define QUADRILLE_CJPEG_SHIM_H

// The library's header expects the declarations of <stdio.h> before it.
#include <stdio.h>

#include <jpeglib.h>

#endif
