// Memory-mapped files whose bytes become tensors without a copy (private mapping: writes stay in memory).
#include <ATen/ATen.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "fabric/entry.h"

namespace fabric {
namespace {

class Mapping {
 public:
  explicit Mapping(const std::string& path) {
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) throw CodedError("FABRIC_CHECKPOINT_FILE", "could not open `" + path + "`: " + std::strerror(errno));
    struct stat st {};
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
      close(fd);
      throw CodedError("FABRIC_CHECKPOINT_FILE", "`" + path + "` is not a regular file");
    }
    size_ = static_cast<size_t>(st.st_size);
    if (size_ > 0) {
      data_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    }
    const int reason = errno;
    close(fd);
    if (data_ == MAP_FAILED) {
      data_ = nullptr;
      throw CodedError("FABRIC_CHECKPOINT_FILE", "could not map `" + path + "`: " + std::strerror(reason));
    }
  }
  ~Mapping() {
    if (data_ != nullptr) munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  size_t size() const { return size_; }
  char* range(uint64_t offset, uint64_t length) const {
    if (offset > size_ || length > size_ - offset) {
      throw CodedError("FABRIC_CHECKPOINT_CORRUPT", "bytes " + std::to_string(offset) + " + " + std::to_string(length) +
                                                        " lie outside the file's " + std::to_string(size_));
    }
    return static_cast<char*>(data_) + offset;
  }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

struct FileBox final : Boxed {
  std::shared_ptr<Mapping> mapping;
  FileBox(EnvState* s, std::shared_ptr<Mapping> m) : Boxed(kFile, s), mapping(std::move(m)) {}
};

FileBox& fileOf(EnvState& s, napi_value v) {
  void* data = nullptr;
  if (napi_get_value_external(s.env, v, &data) != napi_ok || data == nullptr || static_cast<Boxed*>(data)->kind != Boxed::kFile) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a mapped file");
  }
  auto& box = *static_cast<FileBox*>(data);
  if (!box.mapping) throw CodedError("FABRIC_USAGE_CLOSED", "this file was closed");
  return box;
}

napi_value mapFile(EnvState& s, const Args& a) {
  return wrapBox(s, new FileBox(&s, std::make_shared<Mapping>(stringOf(s, a[0], "path"))));
}

napi_value mappedSize(EnvState& s, const Args& a) { return intValue(s, static_cast<int64_t>(fileOf(s, a[0]).mapping->size())); }

uint64_t unsignedOf(EnvState& s, napi_value v, const char* what) {
  const int64_t n = intOf(s, v, what);
  if (n < 0) throw CodedError("FABRIC_TENSOR_ARGUMENT", std::string("argument `") + what + "`: expected an integer >= 0");
  return static_cast<uint64_t>(n);
}

napi_value mappedBytes(EnvState& s, const Args& a) {
  const uint64_t offset = unsignedOf(s, a[1], "offset"), length = unsignedOf(s, a[2], "length");
  const char* from = fileOf(s, a[0]).mapping->range(offset, length);
  void* data = nullptr;
  napi_value out = nullptr;
  if (napi_create_arraybuffer(s.env, length, &data, &out) != napi_ok) {
    throw CodedError("FABRIC_TENSOR_OUT_OF_MEMORY", "could not make an ArrayBuffer of " + std::to_string(length) + " bytes");
  }
  if (length > 0) std::memcpy(data, from, length);
  return out;
}

/// mappedTensor(file, offset, nbytes, dtype, shape, copy)
napi_value mappedTensor(EnvState& s, const Args& a) {
  auto& file = fileOf(s, a[0]);
  const uint64_t offset = unsignedOf(s, a[1], "offset"), length = unsignedOf(s, a[2], "nbytes");
  const auto type = static_cast<at::ScalarType>(intOf(s, a[3], "dtype"));
  const auto sizes = intsOf(s, a[4], "shape");
  const bool copy = boolOf(s, a[5], "copy");
  const uint64_t width = c10::elementSize(type);
  uint64_t need = width;
  for (const int64_t size : sizes) {
    if (size < 0 || __builtin_mul_overflow(need, static_cast<uint64_t>(size), &need)) {
      throw CodedError("FABRIC_CHECKPOINT_CORRUPT", "a shape has a negative or too large size");
    }
  }
  if (need != length) {
    throw CodedError("FABRIC_CHECKPOINT_CORRUPT", "shape and dtype need " + std::to_string(need) + " bytes, the file gives " + std::to_string(length));
  }
  char* from = file.mapping->range(offset, length);
  const auto options = at::TensorOptions().dtype(type).device(at::kCPU);
  // Kernels assume natural alignment; an unaligned entry is copied.
  if (copy || length == 0 || reinterpret_cast<uintptr_t>(from) % width != 0) {
    at::Tensor t = at::empty(sizes, options);
    if (length > 0) std::memcpy(t.mutable_data_ptr(), from, length);
    return wrap(s, std::move(t));
  }
  auto keep = file.mapping;
  return wrap(s, at::from_blob(from, sizes, [keep](void*) {}, options));
}

napi_value closeFile(EnvState& s, const Args& a) {
  fileOf(s, a[0]).mapping.reset();
  return undefinedValue(s);
}

}  // namespace

void registerFiles(napi_env env, napi_value exports) {
  add(env, exports, "mapFile", entry<mapFile>);
  add(env, exports, "mappedSize", entry<mappedSize>);
  add(env, exports, "mappedBytes", entry<mappedBytes>);
  add(env, exports, "mappedTensor", entry<mappedTensor>);
  add(env, exports, "closeFile", entry<closeFile>);
}

}  // namespace fabric
