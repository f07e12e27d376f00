// What the operators ask of the current device and of a stream.
#include "device.h"

namespace fabric::cuda {

FABRIC_ENTRY fabric_cuda_capability(int* capability) {
  int device = 0, major = 0, minor = 0;
  cudaError_t error = cudaGetDevice(&device);
  if (error == cudaSuccess) error = cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device);
  if (error == cudaSuccess) error = cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device);
  *capability = 10 * major + minor;
  return static_cast<int>(error);
}

FABRIC_ENTRY fabric_cuda_is_capturing(void* stream, int* isCapturing) {
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
  const cudaError_t error = cudaStreamIsCapturing(static_cast<cudaStream_t>(stream), &status);
  *isCapturing = status != cudaStreamCaptureStatusNone;
  return static_cast<int>(error);
}

}  // namespace fabric::cuda
