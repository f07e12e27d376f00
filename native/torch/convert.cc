#include "fabric/convert.h"

#include <ATen/core/Generator.h>
#include <ATen/core/List.h>
#include <ATen/core/jit_type.h>

#include <cmath>

#include "fabric/generator.h"

namespace fabric {
namespace {

constexpr double kMaxSafe = 9007199254740991.0;

[[noreturn]] void wrongType(const std::string& what, const char* expected) {
  throw CodedError("FABRIC_TENSOR_ARGUMENT", "argument `" + what + "`: expected " + expected);
}

ArgKind kindOf(const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return ArgKind::Tensor;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
    case c10::TypeKind::ScalarTypeType:
    case c10::TypeKind::LayoutType:
    case c10::TypeKind::MemoryFormatType: return ArgKind::Int;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType: return ArgKind::Float;
    case c10::TypeKind::BoolType:
    case c10::TypeKind::SymBoolType: return ArgKind::Bool;
    case c10::TypeKind::NumberType: return ArgKind::Scalar;
    case c10::TypeKind::StringType: return ArgKind::Str;
    case c10::TypeKind::DeviceObjType: return ArgKind::Device;
    case c10::TypeKind::GeneratorType: return ArgKind::Generator;
    default: return ArgKind::Unsupported;
  }
}

ArgKind listKind(const c10::Type& element) {
  if (element.kind() == c10::TypeKind::OptionalType) {
    const auto& inner = element.expectRef<c10::OptionalType>().getElementType();
    return inner->kind() == c10::TypeKind::TensorType ? ArgKind::OptTensorList : ArgKind::Unsupported;
  }
  switch (kindOf(element)) {
    case ArgKind::Tensor: return ArgKind::TensorList;
    case ArgKind::Int: return ArgKind::IntList;
    case ArgKind::Float: return ArgKind::FloatList;
    case ArgKind::Bool: return ArgKind::BoolList;
    case ArgKind::Scalar: return ArgKind::ScalarList;
    case ArgKind::Str: return ArgKind::StrList;
    default: return ArgKind::Unsupported;
  }
}

uint32_t lengthOf(EnvState& s, napi_value v, const std::string& what, const char* expected) {
  bool isArray = false;
  napi_is_array(s.env, v, &isArray);
  uint32_t length = 0;
  if (!isArray || napi_get_array_length(s.env, v, &length) != napi_ok) wrongType(what, expected);
  return length;
}

at::Scalar scalarOf(EnvState& s, napi_value v, const std::string& what) {
  double number;
  if (napi_get_value_double(s.env, v, &number) == napi_ok) {
    // Integral JS numbers are int Scalars; -0 and what int64 cannot hold exactly stay doubles.
    if (std::trunc(number) == number && std::fabs(number) <= kMaxSafe && !(number == 0 && std::signbit(number))) {
      return at::Scalar(static_cast<int64_t>(number));
    }
    return at::Scalar(number);
  }
  bool flag;
  if (napi_get_value_bool(s.env, v, &flag) == napi_ok) return at::Scalar(flag);
  int64_t big;
  bool lossless = false;
  if (napi_get_value_bigint_int64(s.env, v, &big, &lossless) == napi_ok) {
    if (!lossless) throw CodedError("FABRIC_TENSOR_ARGUMENT", "argument `" + what + "`: the bigint does not fit in int64");
    return at::Scalar(big);
  }
  napi_valuetype type;
  napi_typeof(s.env, v, &type);
  if (type == napi_object) {
    napi_value re = nullptr, im = nullptr;
    double r, i;
    if (napi_get_named_property(s.env, v, "re", &re) == napi_ok && napi_get_named_property(s.env, v, "im", &im) == napi_ok &&
        napi_get_value_double(s.env, re, &r) == napi_ok && napi_get_value_double(s.env, im, &i) == napi_ok) {
      return at::Scalar(c10::complex<double>(r, i));
    }
  }
  wrongType(what, "a number, bigint, boolean or { re, im }");
}

template <typename T, typename F>
c10::List<T> listOf(EnvState& s, napi_value v, const std::string& what, const char* expected, F&& each) {
  const uint32_t length = lengthOf(s, v, what, expected);
  c10::List<T> list;
  list.reserve(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    napi_get_element(s.env, v, i, &element);
    list.push_back(each(element));
  }
  return list;
}

}  // namespace

ArgSpec argSpec(const c10::Argument& arg) {
  ArgSpec spec;
  spec.name = arg.name();
  const c10::Type* type = arg.real_type().get();
  if (type->kind() == c10::TypeKind::OptionalType) {
    spec.optional = true;
    type = type->expectRef<c10::OptionalType>().getElementType().get();
  }
  spec.kind = type->kind() == c10::TypeKind::ListType ? listKind(*type->expectRef<c10::ListType>().getElementType()) : kindOf(*type);
  if (arg.N()) spec.fixedSize = *arg.N();
  if (arg.default_value()) {
    spec.hasDefault = true;
    spec.defaultValue = *arg.default_value();
  }
  return spec;
}

bool isNullish(EnvState& s, napi_value v) {
  napi_valuetype type;
  napi_typeof(s.env, v, &type);
  return type == napi_undefined || type == napi_null;
}

int64_t intOf(EnvState& s, napi_value v, const char* what) {
  double number;
  if (napi_get_value_double(s.env, v, &number) == napi_ok) {
    if (!(std::fabs(number) <= kMaxSafe) || std::trunc(number) != number) wrongType(what, "an integer");
    return static_cast<int64_t>(number);
  }
  int64_t big;
  bool lossless = false;
  if (napi_get_value_bigint_int64(s.env, v, &big, &lossless) == napi_ok && lossless) return big;
  wrongType(what, "an integer");
}

double doubleOf(EnvState& s, napi_value v, const char* what) {
  double number;
  if (napi_get_value_double(s.env, v, &number) != napi_ok) wrongType(what, "a number");
  return number;
}

bool boolOf(EnvState& s, napi_value v, const char* what) {
  bool flag;
  if (napi_get_value_bool(s.env, v, &flag) != napi_ok) wrongType(what, "a boolean");
  return flag;
}

std::string stringOf(EnvState& s, napi_value v, const char* what) {
  size_t length = 0;
  if (napi_get_value_string_utf8(s.env, v, nullptr, 0, &length) != napi_ok) wrongType(what, "a string");
  std::string text(length, '\0');
  napi_get_value_string_utf8(s.env, v, text.data(), length + 1, &length);
  return text;
}

std::vector<int64_t> intsOf(EnvState& s, napi_value v, const char* what) {
  const uint32_t length = lengthOf(s, v, what, "an array of integers");
  std::vector<int64_t> out(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    napi_get_element(s.env, v, i, &element);
    out[i] = intOf(s, element, what);
  }
  return out;
}

std::vector<at::Tensor> tensorsOf(EnvState& s, napi_value v, const char* what) {
  const uint32_t length = lengthOf(s, v, what, "an array of Tensors");
  std::vector<at::Tensor> out(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element = nullptr;
    napi_get_element(s.env, v, i, &element);
    if (!isNullish(s, element)) out[i] = tensorOf(s, element);
  }
  return out;
}

c10::Device deviceOf(int64_t code) {
  return c10::Device(static_cast<c10::DeviceType>(code / 256), static_cast<c10::DeviceIndex>(code % 256 - 1));
}

int64_t deviceCode(const c10::Device& d) { return static_cast<int64_t>(d.type()) * 256 + d.index() + 1; }

napi_value intValue(EnvState& s, int64_t v) {
  napi_value out = nullptr;
  if (v >= -9007199254740991 && v <= 9007199254740991) {
    napi_create_int64(s.env, v, &out);
  } else {
    napi_create_bigint_int64(s.env, v, &out);
  }
  return out;
}

napi_value tensorArray(EnvState& s, const std::vector<at::Tensor>& tensors) {
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, tensors.size(), &out);
  for (size_t i = 0; i < tensors.size(); ++i) napi_set_element(s.env, out, static_cast<uint32_t>(i), wrap(s, tensors[i]));
  return out;
}

c10::IValue toIValue(EnvState& s, napi_value v, const ArgSpec& spec) {
  if (spec.kind != ArgKind::Tensor || spec.optional) {
    napi_valuetype type;
    napi_typeof(s.env, v, &type);
    if (type == napi_undefined) {
      if (spec.hasDefault) return spec.defaultValue;
      if (spec.optional) return {};
      throw CodedError("FABRIC_TENSOR_ARGUMENT", "argument `" + spec.name + "` is missing");
    }
    if (type == napi_null && spec.optional) return {};
  }
  const std::string& what = spec.name;
  switch (spec.kind) {
    case ArgKind::Tensor: return tensorOf(s, v);
    case ArgKind::TensorList:
      return listOf<at::Tensor>(s, v, what, "an array of Tensors", [&](napi_value e) { return tensorOf(s, e); });
    case ArgKind::OptTensorList:
      return listOf<std::optional<at::Tensor>>(s, v, what, "an array of Tensors or nulls", [&](napi_value e) {
        return isNullish(s, e) ? std::optional<at::Tensor>() : std::optional<at::Tensor>(tensorOf(s, e));
      });
    case ArgKind::Int: return intOf(s, v, what.c_str());
    case ArgKind::IntList: {
      double number;
      if (spec.fixedSize > 0 && napi_get_value_double(s.env, v, &number) == napi_ok) {
        return std::vector<int64_t>(static_cast<size_t>(spec.fixedSize), intOf(s, v, what.c_str()));
      }
      return intsOf(s, v, what.c_str());
    }
    case ArgKind::Float: return doubleOf(s, v, what.c_str());
    case ArgKind::FloatList:
      return listOf<double>(s, v, what, "an array of numbers", [&](napi_value e) { return doubleOf(s, e, what.c_str()); });
    case ArgKind::Bool: return boolOf(s, v, what.c_str());
    case ArgKind::BoolList:
      return listOf<bool>(s, v, what, "an array of booleans", [&](napi_value e) { return boolOf(s, e, what.c_str()); });
    case ArgKind::Scalar: return scalarOf(s, v, what);
    case ArgKind::ScalarList: {
      // Lists of Scalar are generic lists: c10::List<Scalar> has no IValue constructor.
      c10::impl::GenericList list(c10::NumberType::get());
      const uint32_t length = lengthOf(s, v, what, "an array of numbers");
      for (uint32_t i = 0; i < length; ++i) {
        napi_value element = nullptr;
        napi_get_element(s.env, v, i, &element);
        list.push_back(c10::IValue(scalarOf(s, element, what)));
      }
      return list;
    }
    case ArgKind::Str: return stringOf(s, v, what.c_str());
    case ArgKind::StrList:
      return listOf<std::string>(s, v, what, "an array of strings", [&](napi_value e) { return stringOf(s, e, what.c_str()); });
    case ArgKind::Device: return deviceOf(intOf(s, v, what.c_str()));
    case ArgKind::Generator: return generatorOf(s, v);
    case ArgKind::Unsupported: break;
  }
  throw CodedError("FABRIC_UNSUPPORTED_ARGUMENT", "argument `" + spec.name + "` has a type that cannot be passed from JavaScript");
}

napi_value fromIValue(EnvState& s, c10::IValue&& v) {
  napi_value out = nullptr;
  if (v.isTensor()) return wrap(s, std::move(v).toTensor());
  if (v.isNone()) {
    napi_get_null(s.env, &out);
  } else if (v.isBool()) {
    napi_get_boolean(s.env, v.toBool(), &out);
  } else if (v.isInt() || v.isSymInt()) {
    return intValue(s, v.isInt() ? v.toInt() : v.toSymInt().expect_int());
  } else if (v.isDouble() || v.isSymFloat()) {
    napi_create_double(s.env, v.isDouble() ? v.toDouble() : v.toSymFloat().expect_float(), &out);
  } else if (v.isString()) {
    const std::string& text = v.toStringRef();
    napi_create_string_utf8(s.env, text.c_str(), text.size(), &out);
  } else if (v.isDevice()) {
    return intValue(s, deviceCode(v.toDevice()));
  } else if (v.isList()) {
    const auto list = v.toListRef();
    napi_create_array_with_length(s.env, list.size(), &out);
    for (size_t i = 0; i < list.size(); ++i) {
      napi_set_element(s.env, out, static_cast<uint32_t>(i), fromIValue(s, c10::IValue(list[i])));
    }
  } else if (v.isTuple()) {
    const auto& elements = v.toTupleRef().elements();
    napi_create_array_with_length(s.env, elements.size(), &out);
    for (size_t i = 0; i < elements.size(); ++i) {
      napi_set_element(s.env, out, static_cast<uint32_t>(i), fromIValue(s, c10::IValue(elements[i])));
    }
  } else if (v.isComplexDouble()) {
    const auto c = v.toComplexDouble();
    napi_value re = nullptr, im = nullptr;
    napi_create_object(s.env, &out);
    napi_create_double(s.env, c.real(), &re);
    napi_create_double(s.env, c.imag(), &im);
    napi_set_named_property(s.env, out, "re", re);
    napi_set_named_property(s.env, out, "im", im);
  } else {
    throw CodedError("FABRIC_UNSUPPORTED_RETURN", "a result of type " + v.tagKind() + " cannot be returned to JavaScript");
  }
  return out;
}

}  // namespace fabric
