// gloo's check, as c10d's headers may use it.
#pragma once

#include <stdexcept>

#define GLOO_ENFORCE(condition, ...) \
  do {                               \
    if (!(condition)) throw std::runtime_error("gloo: " #condition); \
  } while (false)
