// Puts our kernels in place of libtorch's, and our operators beside them, once a process.
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "../fused/fused.h"
#include "capability.h"
#include "register.h"

namespace fabric::half {
namespace {

class Silent final : public c10::WarningHandler {
 public:
  void process(const c10::Warning&) override {}
};

}  // namespace

void install() {
  static const bool installed = [] {
    // libtorch warns that a kernel is overridden: meant here.
    Silent silent;
    c10::WarningUtils::WarningHandlerGuard guard(&silent);
    static torch::Library aten(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, __FILE__, __LINE__);
    if (takes(c10::kBFloat16) || takes(c10::kHalf)) {
      registerMatmul(aten);
      registerConv(aten);
      registerAttention(aten);
    }
    static torch::Library autocast(torch::Library::IMPL, "aten", c10::DispatchKey::AutocastCPU, __FILE__, __LINE__);
    registerRecurrent(autocast);
    fused::install(aten);
    return true;
  }();
  (void)installed;
}

}  // namespace fabric::half
