# FABRIC_CUDA_GRAPHS: whether libtorch has the CUDAGraph that torch/cuda/cuda_graph_class.h declares.
include(CheckCXXSourceCompiles)
set(FABRIC_CUDA_GRAPHS FALSE)
if(FABRIC_LIBTORCH_CUDA)
  set(CMAKE_REQUIRED_INCLUDES "${CMAKE_CURRENT_SOURCE_DIR}/torch/cuda")
  set(CMAKE_REQUIRED_LIBRARIES "${FABRIC_LIBTORCH_LIB}/libtorch_cuda.so" "${FABRIC_LIBTORCH_LIB}/libtorch_cpu.so" "${FABRIC_LIBTORCH_LIB}/libc10_cuda.so" "${FABRIC_LIBTORCH_LIB}/libc10.so")
  set(CMAKE_REQUIRED_LINK_OPTIONS "-Wl,--unresolved-symbols=ignore-in-shared-libs")
  check_cxx_source_compiles("
    #include <new>
    #include <cuda_graph_class.h>
    alignas(64) char room[8192];
    int main() {
      auto* graph = new (room) at::cuda::CUDAGraph(false);
      graph->capture_begin(at::cuda::graph_pool_handle(), cudaStreamCaptureModeGlobal);
      graph->capture_end();
      graph->replay();
      graph->reset();
      graph->~CUDAGraph();
      return graph->pool().first != 0;
    }" FABRIC_CUDA_GRAPHS_LINK)
  unset(CMAKE_REQUIRED_INCLUDES)
  unset(CMAKE_REQUIRED_LIBRARIES)
  unset(CMAKE_REQUIRED_LINK_OPTIONS)
  if(FABRIC_CUDA_GRAPHS_LINK)
    set(FABRIC_CUDA_GRAPHS TRUE)
  endif()
endif()
