// fabric_distributed::nccl_absence, use_device
#include "nccl_group.h"

#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/library.h>

#include <cstdlib>

#ifdef FABRIC_NCCL
#include <nccl.h>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace fabric::distributed {
namespace {

/// Makes a device the current one of the calling thread.
void useDevice(int64_t index) {
  c10::impl::getDeviceGuardImpl(at::kCUDA)->setDevice(at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index)));
}

}  // namespace

#ifdef FABRIC_NCCL

std::string ncclAbsence() {
  // The configuration of a communicator lies in c10d's options by value: its layout is that of the header.
  const std::string header = std::to_string(NCCL_MAJOR) + "." + std::to_string(NCCL_MINOR) + ".";
  const std::string loaded = c10d::getNcclVersion();
  if (loaded.rfind(header, 0) == 0) return "";
  return "the operators were compiled with the header of NCCL " + header + std::to_string(NCCL_PATCH) + ", but NCCL " + loaded + " is loaded; build them again with the header of the loaded one";
}

namespace {

/// A value that the user has set stays.
void setDefault(const char* name, const char* older, const char* value) {
  if (std::getenv(older) == nullptr) setenv(name, value, /*overwrite=*/0);
}

}  // namespace

c10::intrusive_ptr<c10d::Backend> connectNccl(const Group& group, at::Device device, bool atOnce) {
  // c10d's own answer to a failure ends the process from one of its threads, without a word of what failed. Its communicators are aborted and the failure
  // is told as an error instead; nor does a process that lives on after it get killed for its dump.
  setDefault("TORCH_NCCL_ASYNC_ERROR_HANDLING", "NCCL_ASYNC_ERROR_HANDLING", "2");
  setDefault("TORCH_NCCL_DUMP_ON_TIMEOUT", "TORCH_NCCL_DUMP_ON_TIMEOUT", "0");
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = group.timeout;
  options->group_name = group.name;
  for (const int64_t rank : group.ranks) options->global_ranks_in_group.push_back(static_cast<uint64_t>(rank));
  auto nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(group.store, group.rank, group.size, options);
  // Here nobody waits but the one who joins: the first collective would block the thread of JavaScript until all ranks are there.
  if (atOnce) nccl->eagerConnectSingleDevice(device);
  return nccl;
}

#else

std::string ncclAbsence() { return FABRIC_NCCL_ABSENCE; }

c10::intrusive_ptr<c10d::Backend> connectNccl(const Group& /*group*/, at::Device /*device*/, bool /*atOnce*/) { TORCH_CHECK(false, "there is no NCCL: ", ncclAbsence()); }

#endif

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("nccl_absence() -> str", &ncclAbsence);
  m.def("use_device(int index) -> ()", &useDevice);
}

}  // namespace fabric::distributed
