// The HDF5 C library. Its constants are macros that open the library on first use, which Swift
// cannot import; each has an inline function here.
#ifndef QUADRILLE_CHDF5_SHIM_H
#define QUADRILLE_CHDF5_SHIM_H

#include <hdf5.h>
#include <hdf5_hl.h>

static inline hid_t hdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t hdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t hdf5_uint8(void) { return H5T_STD_U8LE; }
static inline hid_t hdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t hdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t hdf5_uint64(void) { return H5T_STD_U64LE; }
static inline hid_t hdf5_c_string(void) { return H5T_C_S1; }
static inline size_t hdf5_variable_length(void) { return H5T_VARIABLE; }

static inline hid_t hdf5_file_access_class(void) { return H5P_FILE_ACCESS; }
static inline hid_t hdf5_file_create_class(void) { return H5P_FILE_CREATE; }
static inline hid_t hdf5_dataset_create_class(void) { return H5P_DATASET_CREATE; }
static inline hid_t hdf5_default(void) { return H5P_DEFAULT; }
static inline hid_t hdf5_default_error_stack(void) { return H5E_DEFAULT; }

static inline hsize_t hdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline hid_t hdf5_whole_space(void) { return H5S_ALL; }

static inline unsigned hdf5_open_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned hdf5_open_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned hdf5_open_live_write(void) { return H5F_ACC_RDWR | H5F_ACC_SWMR_WRITE; }
static inline unsigned hdf5_open_live_read(void) { return H5F_ACC_RDONLY | H5F_ACC_SWMR_READ; }

#endif
