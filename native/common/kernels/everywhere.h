// Functions of numbers that the host and a device compute alike.
#pragma once

#ifdef __CUDACC__
#define FABRIC_EVERYWHERE __host__ __device__
#else
#define FABRIC_EVERYWHERE
#endif
