// Threads for what blocks: store look-ups, connecting, waiting for a send or receive.
#pragma once

#include <functional>

namespace fabric::distributed {

/// Runs `work` on a thread that nothing else waits for; threads are kept for a while and used again. `work` must not throw.
void runBlocking(std::function<void()> work);

/// Makes libtorch's operators use one thread in the calling one, which belongs to us or to gloo.
void useOneThread();

}  // namespace fabric::distributed
