// fabric_distributed::barrier, broadcast, all_reduce, ...: each starts a collective of c10d and returns a job. Ranks are those of the group.
#include <ATen/ATen.h>
#include <torch/library.h>

#include "start.h"
#include "wire.h"

namespace fabric::distributed {
namespace {

using Tensors = std::vector<at::Tensor>;
using std::string;

Operation nothing(std::function<void()> after = nullptr) {
  return {[](c10d::ProcessGroup&) { return WorkPtr(); }, std::move(after)};
}

/// The backend itself: c10d's operators between would add nothing here.
c10::intrusive_ptr<c10d::Backend> backendFor(c10d::ProcessGroup& g, const at::Tensor& wire) { return g.getBackend(wire.device().type()); }

int64_t barrier(int64_t channel, int64_t group, const string& words) {
  const auto device = groupOf(group)->device;
  auto issue = [device](c10d::ProcessGroup& g) {
    c10d::BarrierOptions options;
    if (device.is_cuda()) options.device_ids = {device.index()};
    return g.getBackend(device.type())->barrier(options);
  };
  return startCollective(channel, group, words, {issue, nullptr, device, /*blocks=*/true});
}

int64_t broadcast(int64_t channel, int64_t group, const at::Tensor& t, int64_t root, const string& words) {
  const auto g = groupOf(group);
  Target target = g->rank == root ? Target{bytesToSend(t), nullptr} : bytesToFill(t);
  if (g->rank != root) changed(t);
  if (t.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [wire = target.wire, root](c10d::ProcessGroup& g) {
    Tensors tensors{wire};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    return backendFor(g, wire)->broadcast(tensors, options);
  };
  return startCollective(channel, group, words, {issue, target.after, t.device()});
}

WorkPtr allReduceWire(c10d::ProcessGroup& g, const at::Tensor& wire, ReduceOp op) {
  Tensors tensors{wire};
  c10d::AllreduceOptions options;
  options.reduceOp = op;
  return backendFor(g, wire)->allreduce(tensors, options);
}

int64_t allReduce(int64_t channel, int64_t group, const at::Tensor& t, const string& op, const string& words) {
  const Reduction reduction = reductionOf(t, reduceOpOf(op), groupOf(group)->size);
  changed(t);
  if (t.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [wire = reduction.wire, op = reduction.op](c10d::ProcessGroup& g) { return allReduceWire(g, wire, op); };
  return startCollective(channel, group, words, {issue, reduction.after, t.device()});
}

/// One transfer for all tensors, which have one dtype.
int64_t allReduceCoalesced(int64_t channel, int64_t group, const Tensors& tensors, const string& op, const string& words) {
  TORCH_CHECK(!tensors.empty(), "expected at least one tensor");
  Tensors parts;
  for (const auto& t : tensors) {
    TORCH_CHECK(t.scalar_type() == tensors[0].scalar_type(), "expected tensors of one dtype but received ", tensors[0].scalar_type(), " and ", t.scalar_type());
    parts.push_back(t.detach().reshape({-1}));
    changed(t);
  }
  const auto all = at::cat(parts);
  const Reduction reduction = reductionOf(all, reduceOpOf(op), groupOf(group)->size);
  auto after = [=] {
    if (reduction.after) reduction.after();
    int64_t at = 0;
    for (const auto& t : tensors) {
      t.detach().copy_(all.slice(0, at, at + t.numel()).view(t.sizes()));
      at += t.numel();
    }
  };
  if (all.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [wire = reduction.wire, op = reduction.op](c10d::ProcessGroup& g) { return allReduceWire(g, wire, op); };
  return startCollective(channel, group, words, {issue, after, all.device()});
}

int64_t reduce(int64_t channel, int64_t group, const at::Tensor& t, int64_t root, const string& op, const string& words) {
  const auto g = groupOf(group);
  // Partial sums pass through the memory of the ranks between: theirs is not the user's.
  const Reduction reduction = reductionOf(g->rank == root ? t : t.detach().clone(), reduceOpOf(op), g->size);
  if (g->rank == root) changed(t);
  if (t.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [wire = reduction.wire, op = reduction.op, root](c10d::ProcessGroup& g) {
    Tensors tensors{wire};
    c10d::ReduceOptions options;
    options.reduceOp = op;
    options.rootRank = root;
    return backendFor(g, wire)->reduce(tensors, options);
  };
  return startCollective(channel, group, words, {issue, g->rank == root ? reduction.after : nullptr, t.device()});
}

WorkPtr allGatherWire(c10d::ProcessGroup& g, at::Tensor to, at::Tensor from) { return backendFor(g, from)->_allgather_base(to, from); }

int64_t allGatherIntoTensor(int64_t channel, int64_t group, const at::Tensor& output, const at::Tensor& input, const string& words) {
  const Target target = bytesToFill(output);
  changed(output);
  if (input.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [to = target.wire, from = bytesToSend(input)](c10d::ProcessGroup& g) { return allGatherWire(g, to, from); };
  return startCollective(channel, group, words, {issue, target.after, input.device()});
}

int64_t allGather(int64_t channel, int64_t group, const Tensors& outputs, const at::Tensor& input, const string& words) {
  const auto from = bytesToSend(input);
  const auto room = at::empty({static_cast<int64_t>(outputs.size()), from.numel()}, from.options());
  for (const auto& output : outputs) changed(output);
  if (input.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [to = room.view({-1}), from](c10d::ProcessGroup& g) { return allGatherWire(g, to, from); };
  auto after = [=, dtype = input.scalar_type()] {
    for (size_t i = 0; i < outputs.size(); ++i) outputs[i].detach().copy_(room[static_cast<int64_t>(i)].view(dtype).view(outputs[i].sizes()));
  };
  return startCollective(channel, group, words, {issue, after, input.device()});
}

int64_t gather(int64_t channel, int64_t group, const at::Tensor& input, const Tensors& outputs, int64_t root, const string& words) {
  const auto from = bytesToSend(input);
  Tensors rooms;
  for (const auto& output : outputs) {
    rooms.push_back(at::empty_like(from));
    changed(output);
  }
  if (input.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [=](c10d::ProcessGroup& g) {
    std::vector<Tensors> to;
    if (!rooms.empty()) to.push_back(rooms);
    Tensors inputs{from};
    c10d::GatherOptions options;
    options.rootRank = root;
    return backendFor(g, from)->gather(to, inputs, options);
  };
  auto after = [=, dtype = input.scalar_type()] {
    for (size_t i = 0; i < outputs.size(); ++i) outputs[i].detach().copy_(rooms[i].view(dtype).view(outputs[i].sizes()));
  };
  return startCollective(channel, group, words, {issue, after, input.device()});
}

int64_t scatter(int64_t channel, int64_t group, const at::Tensor& output, const Tensors& inputs, int64_t root, const string& words) {
  const Target target = bytesToFill(output);
  changed(output);
  Tensors from;
  for (const auto& input : inputs) from.push_back(bytesToSend(input));
  if (output.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [from, root, wire = target.wire](c10d::ProcessGroup& g) {
    std::vector<Tensors> inputs;
    if (!from.empty()) inputs.push_back(from);
    Tensors outputs{wire};
    c10d::ScatterOptions options;
    options.rootRank = root;
    return backendFor(g, wire)->scatter(outputs, inputs, options);
  };
  return startCollective(channel, group, words, {issue, target.after, output.device()});
}

WorkPtr allToAllWire(c10d::ProcessGroup& g, at::Tensor to, at::Tensor from, std::vector<int64_t> outputs, std::vector<int64_t> inputs) {
  return backendFor(g, from)->alltoall_base(to, from, outputs, inputs);
}

/// NCCL reduces on the way.
int64_t startNativeReduceScatter(int64_t channel, int64_t group, const at::Tensor& output, const at::Tensor& all, ReduceOp op, const string& words) {
  const Target target = bytesToFill(output);
  auto issue = [op, to = target.wire, from = bytesToSend(all)](c10d::ProcessGroup& g) {
    at::Tensor output = to, input = from;
    c10d::ReduceScatterOptions options;
    options.reduceOp = op;
    return backendFor(g, from)->_reduce_scatter_base(output, input, options);
  };
  return startCollective(channel, group, words, {issue, target.after, output.device()});
}

/// Every rank sends each other one its part and reduces what it got: no byte more than has to move, and the sum of 16-bit floats is rounded once.
int64_t startReduceScatter(int64_t channel, int64_t group, const at::Tensor& output, const at::Tensor& all, const string& opName, const string& words) {
  const ReduceOp op = reduceOpOf(opName);
  requireReducible(all, op);
  changed(output);
  if (output.numel() > 0 && hasNativeReduction(all, op)) return startNativeReduceScatter(channel, group, output, all, op, words);
  const auto from = bytesToSend(all);
  const auto room = at::empty_like(from);
  if (output.numel() == 0) return startCollective(channel, group, words, nothing());
  auto issue = [from, room](c10d::ProcessGroup& g) { return allToAllWire(g, room, from, {}, {}); };
  auto after = [=, size = groupOf(group)->size, dtype = all.scalar_type()] {
    output.detach().copy_(reduceParts(room.view(dtype).view({size, -1}), op).view(output.sizes()));
  };
  return startCollective(channel, group, words, {issue, after, output.device()});
}

int64_t reduceScatterTensor(int64_t channel, int64_t group, const at::Tensor& output, const at::Tensor& input, const string& op, const string& words) {
  return startReduceScatter(channel, group, output, input.detach(), op, words);
}

int64_t reduceScatter(int64_t channel, int64_t group, const at::Tensor& output, const Tensors& inputs, const string& op, const string& words) {
  Tensors parts;
  for (const auto& input : inputs) parts.push_back(input.detach().reshape({-1}));
  return startReduceScatter(channel, group, output, at::cat(parts), op, words);
}

/// Counts are numbers of rows; empty ones stand for equal parts.
int64_t allToAllSingle(int64_t channel, int64_t group, const at::Tensor& output, const at::Tensor& input, std::vector<int64_t> outputRows, std::vector<int64_t> inputRows, const string& words) {
  const Target target = bytesToFill(output);
  changed(output);
  const auto from = bytesToSend(input);
  const auto perRow = [](const at::Tensor& wire, const at::Tensor& t) { return t.dim() == 0 || t.size(0) == 0 ? 1 : wire.numel() / t.size(0); };
  const int64_t perOutput = perRow(target.wire, output), perInput = perRow(from, input);
  for (auto& rows : outputRows) rows *= perOutput;
  for (auto& rows : inputRows) rows *= perInput;
  auto issue = [=, to = target.wire](c10d::ProcessGroup& g) { return allToAllWire(g, to, from, outputRows, inputRows); };
  return startCollective(channel, group, words, {issue, target.after, output.device()});
}

int64_t allToAll(int64_t channel, int64_t group, const Tensors& outputs, const Tensors& inputs, const string& words) {
  Tensors parts;
  std::vector<int64_t> sent, received;
  for (const auto& input : inputs) {
    parts.push_back(bytesToSend(input));
    sent.push_back(parts.back().numel());
  }
  for (const auto& output : outputs) {
    // Counted in the elements of the wire.
    received.push_back(output.numel() * static_cast<int64_t>(output.element_size()) / static_cast<int64_t>(parts[0].element_size()));
    changed(output);
  }
  const auto from = at::cat(parts);
  const auto room = at::empty({std::accumulate(received.begin(), received.end(), int64_t{0})}, from.options());
  auto issue = [=](c10d::ProcessGroup& g) { return allToAllWire(g, room, from, received, sent); };
  auto after = [=] {
    int64_t at = 0;
    for (size_t i = 0; i < outputs.size(); ++i) {
      const auto part = room.slice(0, at, at + received[i]);
      if (received[i] > 0) outputs[i].detach().copy_(part.clone().view(outputs[i].scalar_type()).view(outputs[i].sizes()));
      at += received[i];
    }
  };
  return startCollective(channel, group, words, {issue, after, from.device()});
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(fabric_distributed, m) {
  m.def("barrier(int channel, int group, str words) -> int", &barrier);
  m.def("broadcast(int channel, int group, Tensor t, int root, str words) -> int", &broadcast);
  m.def("all_reduce(int channel, int group, Tensor t, str op, str words) -> int", &allReduce);
  m.def("all_reduce_coalesced(int channel, int group, Tensor[] tensors, str op, str words) -> int", &allReduceCoalesced);
  m.def("reduce(int channel, int group, Tensor t, int root, str op, str words) -> int", &reduce);
  m.def("all_gather(int channel, int group, Tensor[] outputs, Tensor input, str words) -> int", &allGather);
  m.def("all_gather_into_tensor(int channel, int group, Tensor output, Tensor input, str words) -> int", &allGatherIntoTensor);
  m.def("gather(int channel, int group, Tensor input, Tensor[] outputs, int root, str words) -> int", &gather);
  m.def("scatter(int channel, int group, Tensor output, Tensor[] inputs, int root, str words) -> int", &scatter);
  m.def("reduce_scatter(int channel, int group, Tensor output, Tensor[] inputs, str op, str words) -> int", &reduceScatter);
  m.def("reduce_scatter_tensor(int channel, int group, Tensor output, Tensor input, str op, str words) -> int", &reduceScatterTensor);
  m.def("all_to_all(int channel, int group, Tensor[] outputs, Tensor[] inputs, str words) -> int", &allToAll);
  m.def("all_to_all_single(int channel, int group, Tensor output, Tensor input, int[] output_rows, int[] input_rows, str words) -> int", &allToAllSingle);
}

}  // namespace fabric::distributed
