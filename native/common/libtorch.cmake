# The libtorch at FABRIC_LIBTORCH as the target fabric::libtorch. Its own CMake files are not used: those of a CUDA build ask for a whole
# CUDA toolkit, and neither the addon nor the operators need one.
if(NOT FABRIC_LIBTORCH)
  message(FATAL_ERROR "FABRIC_LIBTORCH must name a folder with lib/ and include/, such as site-packages/torch: -DFABRIC_LIBTORCH=...")
endif()
set(FABRIC_LIBTORCH_LIB "${FABRIC_LIBTORCH}/lib")
set(FABRIC_LIBTORCH_INCLUDES "${FABRIC_LIBTORCH}/include" "${FABRIC_LIBTORCH}/include/torch/csrc/api/include")

add_library(fabric::libtorch INTERFACE IMPORTED)
target_include_directories(fabric::libtorch SYSTEM INTERFACE ${FABRIC_LIBTORCH_INCLUDES})
foreach(PART c10 torch_cpu torch)
  set(FILE "${FABRIC_LIBTORCH_LIB}/${CMAKE_SHARED_LIBRARY_PREFIX}${PART}${CMAKE_SHARED_LIBRARY_SUFFIX}")
  if(NOT EXISTS "${FILE}")
    message(FATAL_ERROR "libtorch at ${FABRIC_LIBTORCH} has no ${FILE}")
  endif()
  list(APPEND FABRIC_LIBTORCH_FILES "${FILE}")
endforeach()
if(APPLE)
  target_link_libraries(fabric::libtorch INTERFACE ${FABRIC_LIBTORCH_FILES})
else()
  # libtorch.so has no symbols of its own: it brings libtorch_cuda.so where there is one, if the linker keeps it.
  target_link_libraries(fabric::libtorch INTERFACE "-Wl,--no-as-needed" ${FABRIC_LIBTORCH_FILES} "-Wl,--as-needed")
endif()

# For the few files that name CUDA's own types: FABRIC_CUDA_INCLUDES, empty unless libtorch is a CUDA build and the headers of CUDA's
# runtime are there, beside libtorch as the wheels bring them or in a toolkit.
set(FABRIC_CUDA_INCLUDES)
if(EXISTS "${FABRIC_LIBTORCH_LIB}/libtorch_cuda.so")
  set(FABRIC_LIBTORCH_CUDA TRUE)
  file(GLOB FABRIC_CUDA_CANDIDATES "${FABRIC_LIBTORCH}/../nvidia/*/include")
  foreach(FOLDER ${FABRIC_CUDA_CANDIDATES} "$ENV{CUDA_HOME}/include" "/usr/local/cuda/include")
    if(EXISTS "${FOLDER}/cuda_runtime_api.h" AND EXISTS "${FOLDER}/cusparse.h")
      set(FABRIC_CUDA_INCLUDES "${FOLDER}")
      break()
    endif()
  endforeach()
endif()
