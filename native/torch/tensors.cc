// What a tensor is, and its way in and out of JS memory.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "fabric/entry.h"

namespace fabric {
namespace {

napi_value intArray(EnvState& s, at::IntArrayRef values) {
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, values.size(), &out);
  for (size_t i = 0; i < values.size(); ++i) napi_set_element(s.env, out, static_cast<uint32_t>(i), intValue(s, values[i]));
  return out;
}

napi_value shape(EnvState& s, const Args& a) { return intArray(s, tensorOf(s, a[0]).sizes()); }
napi_value strides(EnvState& s, const Args& a) { return intArray(s, tensorOf(s, a[0]).strides()); }
napi_value ndim(EnvState& s, const Args& a) { return intValue(s, tensorOf(s, a[0]).dim()); }
napi_value numel(EnvState& s, const Args& a) { return intValue(s, tensorOf(s, a[0]).numel()); }
napi_value dtype(EnvState& s, const Args& a) { return intValue(s, static_cast<int64_t>(tensorOf(s, a[0]).scalar_type())); }
napi_value device(EnvState& s, const Args& a) { return intValue(s, deviceCode(tensorOf(s, a[0]).device())); }
napi_value layout(EnvState& s, const Args& a) { return intValue(s, static_cast<int64_t>(tensorOf(s, a[0]).layout())); }
napi_value storageOffset(EnvState& s, const Args& a) { return intValue(s, tensorOf(s, a[0]).storage_offset()); }
napi_value isContiguous(EnvState& s, const Args& a) { return boolValue(s, tensorOf(s, a[0]).is_contiguous()); }
napi_value elementSize(EnvState& s, const Args& a) { return intValue(s, static_cast<int64_t>(tensorOf(s, a[0]).element_size())); }
napi_value version(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  return intValue(s, t.is_inference() ? 0 : static_cast<int64_t>(t._version()));
}
napi_value isSame(EnvState& s, const Args& a) { return boolValue(s, tensorOf(s, a[0]).is_same(tensorOf(s, a[1]))); }
napi_value isInference(EnvState& s, const Args& a) { return boolValue(s, tensorOf(s, a[0]).is_inference()); }

napi_value dataPtr(EnvState& s, const Args& a) {
  napi_value out = nullptr;
  napi_create_bigint_uint64(s.env, reinterpret_cast<uint64_t>(tensorOf(s, a[0]).const_data_ptr()), &out);
  return out;
}

napi_value storageKey(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  napi_value out = nullptr;
  napi_create_bigint_uint64(s.env, t.has_storage() ? reinterpret_cast<uint64_t>(t.storage().unsafeGetStorageImpl()) : 0, &out);
  return out;
}

napi_value item(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  TORCH_CHECK(t.numel() == 1, "item: a tensor of ", t.numel(), " elements cannot be converted to a number; index it down to one element first");
  if (t.is_complex()) throw CodedError("FABRIC_UNSUPPORTED_COMPLEX", "item: a complex number has no JavaScript value; use viewAsReal(t).toArray()");
  TORCH_CHECK(!t.is_meta(), "item: a tensor on the meta device has no data");
  const at::Scalar value = t.item();
  napi_value out = nullptr;
  if (value.isBoolean()) {
    napi_get_boolean(s.env, value.to<bool>(), &out);
  } else if (value.isIntegral(false)) {
    out = intValue(s, value.to<int64_t>());
  } else {
    napi_create_double(s.env, value.to<double>(), &out);
  }
  return out;
}

struct Bytes {
  void* data;
  size_t length;
};

Bytes bytesOf(EnvState& s, napi_value v) {
  bool is = false;
  void* data = nullptr;
  size_t length = 0;
  napi_is_typedarray(s.env, v, &is);
  if (is) {
    napi_typedarray_type type;
    size_t offset = 0;
    napi_value buffer = nullptr;
    napi_get_typedarray_info(s.env, v, &type, &length, &data, &buffer, &offset);
    size_t width = 1;
    switch (type) {
      case napi_int16_array:
      case napi_uint16_array: width = 2; break;
      case napi_int32_array:
      case napi_uint32_array:
      case napi_float32_array: width = 4; break;
      case napi_float64_array:
      case napi_bigint64_array:
      case napi_biguint64_array: width = 8; break;
      default: break;
    }
    return {data, length * width};
  }
  napi_is_arraybuffer(s.env, v, &is);
  if (!is) throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a typed array or an ArrayBuffer");
  napi_get_arraybuffer_info(s.env, v, &data, &length);
  return {data, length};
}

void checkBytes(at::ScalarType type, at::IntArrayRef sizes, uint64_t given) {
  uint64_t need = c10::elementSize(type);
  for (const int64_t size : sizes) {
    if (size < 0 || __builtin_mul_overflow(need, static_cast<uint64_t>(size), &need)) {
      throw CodedError("FABRIC_TENSOR_ARGUMENT", "shape: negative or too large a size");
    }
  }
  if (need != given) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "the data has " + std::to_string(given) + " bytes, its shape and dtype need " + std::to_string(need));
  }
}

/// fromBytes(typedArray, dtype, shape): a new CPU tensor holding a copy.
napi_value fromBytes(EnvState& s, const Args& a) {
  const Bytes bytes = bytesOf(s, a[0]);
  const auto type = static_cast<at::ScalarType>(intOf(s, a[1], "dtype"));
  const auto sizes = intsOf(s, a[2], "shape");
  checkBytes(type, sizes, bytes.length);
  // Data made under inferenceMode would be frozen; leaves are ordinary tensors.
  at::Tensor t = at::empty(sizes, at::TensorOptions().dtype(type).device(at::kCPU));
  if (bytes.length > 0) std::memcpy(t.mutable_data_ptr(), bytes.data, bytes.length);
  return wrap(s, std::move(t));
}

/// emptyBytes(nbytes, dtype, shape): a new CPU tensor of so many bytes, to be filled.
napi_value emptyBytes(EnvState& s, const Args& a) {
  const auto type = static_cast<at::ScalarType>(intOf(s, a[1], "dtype"));
  const auto sizes = intsOf(s, a[2], "shape");
  checkBytes(type, sizes, static_cast<uint64_t>(intOf(s, a[0], "nbytes")));
  return wrap(s, at::empty(sizes, at::TensorOptions().dtype(type).device(at::kCPU)));
}

/// The elements on the CPU in C order, to be read as bytes.
at::Tensor hostOf(const at::Tensor& t) {
  TORCH_CHECK(!t.is_meta(), "a tensor on the meta device has no data");
  // A zero tensor of forward-mode derivatives has no memory behind its elements.
  if (t._is_zerotensor()) return at::zeros(t.sizes(), at::TensorOptions().dtype(t.scalar_type()).device(at::kCPU));
  return t.detach().resolve_conj().resolve_neg().to(at::kCPU).contiguous();
}

/// toBytes(t): an ArrayBuffer with a contiguous copy in C order.
napi_value toBytes(EnvState& s, const Args& a) {
  c10::NoGradGuard noGrad;
  const at::Tensor host = hostOf(tensorOf(s, a[0]));
  const size_t length = host.nbytes();
  void* data = nullptr;
  napi_value out = nullptr;
  if (napi_create_arraybuffer(s.env, length, &data, &out) != napi_ok) {
    throw CodedError("FABRIC_TENSOR_OUT_OF_MEMORY", "could not make an ArrayBuffer of " + std::to_string(length) + " bytes");
  }
  if (length > 0) std::memcpy(data, host.const_data_ptr(), length);
  return out;
}

/// The memory of `length` bytes at `offset` of a dense CPU tensor.
char* rangeOf(const at::Tensor& t, int64_t offset, size_t length) {
  if (!t.is_cpu() || t.layout() != at::kStrided || !t.is_contiguous() || t.is_conj() || t.is_neg() || t._is_zerotensor()) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a dense, contiguous CPU tensor");
  }
  if (offset < 0 || static_cast<uint64_t>(offset) > t.nbytes() || length > t.nbytes() - static_cast<uint64_t>(offset)) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "bytes " + std::to_string(offset) + " + " + std::to_string(length) + " lie outside the tensor's " +
                                                   std::to_string(t.nbytes()));
  }
  return static_cast<char*>(t.data_ptr()) + offset;
}

/// copyBytesOut(t, offset, into): fills a typed array from the tensor's memory.
napi_value copyBytesOut(EnvState& s, const Args& a) {
  const Bytes into = bytesOf(s, a[2]);
  const char* from = rangeOf(tensorOf(s, a[0]), intOf(s, a[1], "offset"), into.length);
  if (into.length > 0) std::memcpy(into.data, from, into.length);
  return undefinedValue(s);
}

/// copyBytesIn(t, offset, from): fills the tensor's memory from a typed array.
napi_value copyBytesIn(EnvState& s, const Args& a) {
  const Bytes from = bytesOf(s, a[2]);
  char* into = rangeOf(tensorOf(s, a[0]), intOf(s, a[1], "offset"), from.length);
  if (from.length > 0) std::memcpy(into, from.data, from.length);
  return undefinedValue(s);
}

/// Lets the disk begin with the bytes just written, so that the sync at the end finds most of them there. Only a hint.
void startWriteBack(int fd, ssize_t written) {
#ifdef __linux__
  const off_t end = ::lseek(fd, 0, SEEK_CUR);
  if (end >= written && written >= (1 << 20)) (void)::sync_file_range(fd, end - written, written, SYNC_FILE_RANGE_WRITE);
#endif
}

/// writeBytes(t, fd): appends the tensor's memory to a file in one piece: the page cache keeps large writes in large pages, which map fast.
napi_value writeBytes(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  const char* from = rangeOf(t, 0, t.nbytes());
  const int fd = static_cast<int>(intOf(s, a[1], "fd"));
  for (size_t left = t.nbytes(); left > 0;) {
    const ssize_t written = ::write(fd, from, std::min<size_t>(left, size_t{1} << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw CodedError("FABRIC_CHECKPOINT_FILE", std::strerror(errno));
    startWriteBack(fd, written);
    from += written;
    left -= static_cast<size_t>(written);
  }
  return undefinedValue(s);
}

/// crc32(t, sum): CRC-32 of `sum`'s bytes and then the tensor's, by the zlib that Node brings; null if this Node hides it.
napi_value crc32(EnvState& s, const Args& a) {
  using Sum = unsigned long (*)(unsigned long, const unsigned char*, unsigned);
  using Combine = unsigned long (*)(unsigned long, unsigned long, long);
  static const auto sum = reinterpret_cast<Sum>(dlsym(RTLD_DEFAULT, "crc32"));
  static const auto combine = reinterpret_cast<Combine>(dlsym(RTLD_DEFAULT, "crc32_combine"));
  if (sum == nullptr || combine == nullptr) return nullValue(s);
  const auto& t = tensorOf(s, a[0]);
  const auto* data = reinterpret_cast<const unsigned char*>(rangeOf(t, 0, t.nbytes()));
  static constexpr int64_t kPiece = 4 << 20;
  const int64_t total = static_cast<int64_t>(t.nbytes());
  const int64_t pieces = (total + kPiece - 1) / kPiece;
  const auto lengthOf = [total](int64_t i) { return std::min<int64_t>(kPiece, total - i * kPiece); };
  std::vector<unsigned long> sums(static_cast<size_t>(pieces));
  at::parallel_for(0, pieces, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) sums[i] = sum(0, data + i * kPiece, static_cast<unsigned>(lengthOf(i)));
  });
  auto value = static_cast<unsigned long>(intOf(s, a[1], "sum"));
  for (int64_t i = 0; i < pieces; ++i) value = combine(value, sums[i], static_cast<long>(lengthOf(i)));
  return intValue(s, static_cast<int64_t>(value));
}

/// setData(t, source): swaps storage, dtype and device inside the same tensor.
napi_value setData(EnvState& s, const Args& a) {
  tensorOf(s, a[0]).set_data(tensorOf(s, a[1]));
  return undefinedValue(s);
}

napi_value data(EnvState& s, const Args& a) { return wrap(s, tensorOf(s, a[0]).variable_data()); }

/// alias(t): a new kept handle on a new leaf that shares storage.
napi_value keptAlias(EnvState& s, const Args& a) { return wrapKept(s, tensorOf(s, a[0]).variable_data()); }

napi_value dispose(EnvState& s, const Args& a) {
  disposeHandle(s, a[0]);
  return undefinedValue(s);
}

}  // namespace

void registerTensors(napi_env env, napi_value exports) {
  add(env, exports, "shape", entry<shape>);
  add(env, exports, "strides", entry<strides>);
  add(env, exports, "ndim", entry<ndim>);
  add(env, exports, "numel", entry<numel>);
  add(env, exports, "dtype", entry<dtype>);
  add(env, exports, "device", entry<device>);
  add(env, exports, "layout", entry<layout>);
  add(env, exports, "storageOffset", entry<storageOffset>);
  add(env, exports, "isContiguous", entry<isContiguous>);
  add(env, exports, "elementSize", entry<elementSize>);
  add(env, exports, "version", entry<version>);
  add(env, exports, "isSame", entry<isSame>);
  add(env, exports, "isInference", entry<isInference>);
  add(env, exports, "dataPtr", entry<dataPtr>);
  add(env, exports, "storageKey", entry<storageKey>);
  add(env, exports, "item", entry<item>);
  add(env, exports, "fromBytes", entry<fromBytes>);
  add(env, exports, "toBytes", entry<toBytes>);
  add(env, exports, "emptyBytes", entry<emptyBytes>);
  add(env, exports, "copyBytesOut", entry<copyBytesOut>);
  add(env, exports, "copyBytesIn", entry<copyBytesIn>);
  add(env, exports, "writeBytes", entry<writeBytes>);
  add(env, exports, "crc32", entry<crc32>);
  add(env, exports, "setData", entry<setData>);
  add(env, exports, "data", entry<data>);
  add(env, exports, "keptAlias", entry<keptAlias>);
  add(env, exports, "dispose", entry<dispose>);
}

}  // namespace fabric
