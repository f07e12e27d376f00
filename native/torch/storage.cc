// Memory of a storage given back and taken anew while tensors, also those that a graph has saved, go on pointing at it.
#include <ATen/ATen.h>

#include "fabric/entry.h"

namespace fabric {
namespace {

/// Reading released memory throws where this libtorch can tell, and is a null pointer elsewhere.
template <typename Storage>
void refuseAccess(Storage& storage, const std::string& message) {
  if constexpr (requires { storage.release_data_and_set_meta_custom_data_ptr_error_msg_(message); storage.clear_data_ptr_access_error_msg_(); }) {
    storage.release_data_and_set_meta_custom_data_ptr_error_msg_(message);
  }
}
template <typename Storage>
void allowAccess(Storage& storage) {
  if constexpr (requires { storage.clear_data_ptr_access_error_msg_(); }) storage.clear_data_ptr_access_error_msg_();
}

c10::StorageImpl& ownStorage(const at::Tensor& t) {
  TORCH_CHECK(t.has_storage(), "the tensor has no storage");
  auto& storage = *t.storage().unsafeGetStorageImpl();
  TORCH_CHECK(storage.resizable() && storage.allocator() != nullptr, "the tensor's memory belongs to someone else and cannot be released");
  return storage;
}

/// releaseStorage(t, message): frees the memory; a later access throws `message`.
napi_value releaseStorage(EnvState& s, const Args& a) {
  auto& storage = ownStorage(tensorOf(s, a[0]));
  const std::string message = stringOf(s, a[1], "message");
  allowAccess(storage);
  storage.set_data_ptr_noswap(storage.allocator()->allocate(0));
  storage.set_nbytes(0);
  refuseAccess(storage, message);
  return undefinedValue(s);
}

/// allocateStorage(t, bytes): new, uninitialised memory. Versions of tensors stay as they are.
napi_value allocateStorage(EnvState& s, const Args& a) {
  auto& storage = ownStorage(tensorOf(s, a[0]));
  const int64_t bytes = intOf(s, a[1], "bytes");
  TORCH_CHECK(bytes >= 0, "bytes must not be negative");
  allowAccess(storage);
  storage.set_data_ptr_noswap(storage.allocator()->allocate(static_cast<size_t>(bytes)));
  storage.set_nbytes(static_cast<size_t>(bytes));
  return undefinedValue(s);
}

}  // namespace

void registerStorage(napi_env env, napi_value exports) {
  add(env, exports, "releaseStorage", entry<releaseStorage>);
  add(env, exports, "allocateStorage", entry<allocateStorage>);
}

}  // namespace fabric
