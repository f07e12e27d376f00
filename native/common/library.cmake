# A library of operators: NAME/ops/*.cc know libtorch, NAME/kernels/*.cc do not, and *.isa.cc among them are compiled once an instruction
# set and chosen among at run time. What lies beside this file is compiled into each library, in its namespace.
set(CMAKE_CXX_STANDARD 20) # the libtorch wheels are built as C++20
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

include("${CMAKE_CURRENT_LIST_DIR}/libtorch.cmake")

set(FABRIC_COMMON "${CMAKE_CURRENT_LIST_DIR}")

# Adds libfabric_NAME from the folder of the caller.
function(fabric_library NAME)
  file(GLOB ISA_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/kernels/*.isa.cc")
  file(GLOB KERNEL_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/kernels/*.cc" "${FABRIC_COMMON}/kernels/*.cc")
  list(REMOVE_ITEM KERNEL_SOURCES ${ISA_SOURCES})
  file(GLOB OP_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/ops/*.cc" "${FABRIC_COMMON}/ops/*.cc")
  string(TOUPPER "${NAME}" UPPER)
  set(DEFINITIONS FABRIC_LIBRARY=${NAME} FABRIC_ISA_VARIABLE="FABRIC_${UPPER}_ISA")

  set(ISAS PORTABLE)
  set(FLAGS_PORTABLE)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    list(APPEND ISAS AVX2 AVX512)
    list(APPEND DEFINITIONS FABRIC_X86)
    set(FLAGS_AVX2 -mavx2 -mfma -mf16c)
    # GCC 12 takes the undefined operands of its own AVX-512 headers for mistakes.
    set(FLAGS_AVX512 -Wno-maybe-uninitialized -Wno-uninitialized ${FLAGS_AVX2} -mavx512f -mavx512bw -mavx512dq -mavx512vl)
  endif()
  set(ISA_OBJECTS)
  foreach(ISA ${ISAS})
    set(TARGET ${NAME}_isa_${ISA})
    add_library(${TARGET} OBJECT ${ISA_SOURCES})
    set_target_properties(${TARGET} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    # No contraction: a product and a sum round apart unless the code says fma, as the reference values do.
    target_compile_options(${TARGET} PRIVATE -O3 -fno-math-errno -ffp-contract=off -Wall -Wextra ${FLAGS_${ISA}})
    target_compile_definitions(${TARGET} PRIVATE ${DEFINITIONS} FABRIC_ISA=${ISA} FABRIC_ISA_${ISA})
    list(APPEND ISA_OBJECTS $<TARGET_OBJECTS:${TARGET}>)
  endforeach()

  add_library(fabric_${NAME} SHARED ${OP_SOURCES} ${KERNEL_SOURCES} ${ISA_OBJECTS})
  set_target_properties(fabric_${NAME} PROPERTIES
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    BUILD_RPATH "$ORIGIN;${FABRIC_LIBTORCH_LIB}"
    INSTALL_RPATH "$ORIGIN")
  target_compile_definitions(fabric_${NAME} PRIVATE ${DEFINITIONS})
  # at::parallel_for is a header that needs OpenMP; its symbols come from the libgomp that libtorch brings, the only one in the process.
  target_compile_options(fabric_${NAME} PRIVATE -fopenmp -O2 -fno-plt -Wall -Wextra -Wno-unused-parameter)
  target_link_libraries(fabric_${NAME} PRIVATE fabric::libtorch)
endfunction()
