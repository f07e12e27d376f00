// JS values to and from IValues, driven by the schema.
#pragma once

#include <ATen/core/function_schema.h>
#include <ATen/core/ivalue.h>
#include <node_api.h>

#include <string>
#include <vector>

#include "fabric/env.h"

namespace fabric {

enum class ArgKind : uint8_t {
  Tensor, TensorList, OptTensorList, Int, IntList, Float, FloatList, Bool, BoolList, Scalar, ScalarList, Str, StrList,
  Device, Generator, Unsupported,
};

struct ArgSpec {
  std::string name;
  ArgKind kind = ArgKind::Unsupported;
  bool optional = false;
  bool hasDefault = false;
  int fixedSize = 0;  // N of int[N], else 0
  c10::IValue defaultValue;
};

struct ReturnSpec {
  int aliasArg = -1;  // the argument that this return is, when the schema marks it as written
};

ArgSpec argSpec(const c10::Argument& arg);
c10::IValue toIValue(EnvState& s, napi_value v, const ArgSpec& spec);
napi_value fromIValue(EnvState& s, c10::IValue&& v);

int64_t intOf(EnvState& s, napi_value v, const char* what);
double doubleOf(EnvState& s, napi_value v, const char* what);
bool boolOf(EnvState& s, napi_value v, const char* what);
std::string stringOf(EnvState& s, napi_value v, const char* what);
std::vector<int64_t> intsOf(EnvState& s, napi_value v, const char* what);
/// A handle array; null entries become undefined tensors.
std::vector<at::Tensor> tensorsOf(EnvState& s, napi_value v, const char* what);
bool isNullish(EnvState& s, napi_value v);
/// Device as type * 256 + (index + 1).
c10::Device deviceOf(int64_t code);
int64_t deviceCode(const c10::Device& d);
napi_value intValue(EnvState& s, int64_t v);
napi_value tensorArray(EnvState& s, const std::vector<at::Tensor>& tensors);

}  // namespace fabric
