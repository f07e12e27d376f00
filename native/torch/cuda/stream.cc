// Streams, which are values, and events, which are objects of the device.
#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

#include "cuda.h"

namespace fabric::cuda {

c10::Stream streamOf(EnvState& s, napi_value index, napi_value id) {
  return c10::Stream(c10::Stream::UNSAFE, deviceOf(s, index), static_cast<c10::StreamId>(intOf(s, id, "stream")));
}

napi_value streamValue(EnvState& s, const c10::Stream& stream) {
  napi_value out = nullptr;
  napi_create_array_with_length(s.env, 2, &out);
  napi_set_element(s.env, out, 0, intValue(s, stream.device_index()));
  napi_set_element(s.env, out, 1, intValue(s, stream.id()));
  return out;
}

namespace {

std::atomic<int> recordings{0};
std::mutex asideMutex;
std::vector<std::shared_ptr<void>> aside;

struct EventBox final : Boxed {
  std::shared_ptr<c10::Event> event;
  bool isTimed;
  EventBox(EnvState* s, bool timed)
      : Boxed(kEvent, s),
        event(std::make_shared<c10::Event>(c10::DeviceType::CUDA, timed ? c10::EventFlag::BACKEND_DEFAULT : c10::EventFlag::PYTORCH_DEFAULT)),
        isTimed(timed) {}
  ~EventBox() override { destroyWhenAllowed(std::move(event)); }
};

EventBox& boxOf(EnvState& s, napi_value v) {
  void* data = nullptr;
  if (napi_get_value_external(s.env, v, &data) != napi_ok || data == nullptr || static_cast<Boxed*>(data)->kind != Boxed::kEvent) {
    throw CodedError("FABRIC_TENSOR_ARGUMENT", "expected a cuda.Event");
  }
  return *static_cast<EventBox*>(data);
}

/// cudaStreamNew(index, priority): [index, id]; a negative priority is a high one.
napi_value newStream(EnvState& s, const Args& a) {
  const auto device = deviceOf(s, a[0]);
  return streamValue(s, guard().getNewStream(device, static_cast<int>(intOf(s, a[1], "priority"))));
}

napi_value currentStream(EnvState& s, const Args& a) { return streamValue(s, guard().getStream(deviceOf(s, a[0]))); }
napi_value defaultStream(EnvState& s, const Args& a) { return streamValue(s, guard().getDefaultStream(deviceOf(s, a[0]))); }

/// cudaStreamExchange(index, id): makes a stream its device's current one; returns the one before.
napi_value exchangeStream(EnvState& s, const Args& a) { return streamValue(s, guard().exchangeStream(streamOf(s, a[0], a[1]))); }

napi_value queryStream(EnvState& s, const Args& a) { return boolValue(s, guard().queryStream(streamOf(s, a[0], a[1]))); }

napi_value synchronizeStream(EnvState& s, const Args& a) {
  guard().synchronizeStream(streamOf(s, a[0], a[1]));
  return undefinedValue(s);
}

/// cudaStreamWaitsFor(index, id, otherIndex, otherId): later work of the first waits for what the second has now.
napi_value waitStream(EnvState& s, const Args& a) {
  const auto waiting = streamOf(s, a[0], a[1]);
  c10::Event event(c10::DeviceType::CUDA, c10::EventFlag::PYTORCH_DEFAULT);
  event.record(streamOf(s, a[2], a[3]));
  event.block(waiting);
  return undefinedValue(s);
}

napi_value newEvent(EnvState& s, const Args& a) {
  guard();
  return wrapBox(s, new EventBox(&s, boolOf(s, a[0], "enableTiming")));
}

/// cudaEventRecord(event, index, id)
napi_value recordEvent(EnvState& s, const Args& a) {
  boxOf(s, a[0]).event->record(streamOf(s, a[1], a[2]));
  return undefinedValue(s);
}

napi_value blockOnEvent(EnvState& s, const Args& a) {
  boxOf(s, a[0]).event->block(streamOf(s, a[1], a[2]));
  return undefinedValue(s);
}

napi_value queryEvent(EnvState& s, const Args& a) { return boolValue(s, boxOf(s, a[0]).event->query()); }

napi_value synchronizeEvent(EnvState& s, const Args& a) {
  boxOf(s, a[0]).event->synchronize();
  return undefinedValue(s);
}

/// cudaEventElapsed(start, end): milliseconds.
napi_value elapsedTime(EnvState& s, const Args& a) {
  napi_value out = nullptr;
  napi_create_double(s.env, boxOf(s, a[0]).event->elapsedTime(*boxOf(s, a[1]).event), &out);
  return out;
}

/// recordStream(t, index, id): the memory of t is not used again before what the stream has now is done.
napi_value recordStream(EnvState& s, const Args& a) {
  const auto& t = tensorOf(s, a[0]);
  const auto stream = streamOf(s, a[1], a[2]);
  TORCH_CHECK(t.is_cuda(), "recordStream: the tensor is on ", t.device(), "; only memory of a CUDA device is bound to streams");
  guard().recordDataPtrOnStream(t.storage().data_ptr(), stream);
  return undefinedValue(s);
}

}  // namespace

void recordingBegan() { recordings.fetch_add(1); }

void recordingEnded() {
  std::vector<std::shared_ptr<void>> dying;
  {
    std::lock_guard<std::mutex> lock(asideMutex);
    if (recordings.fetch_sub(1) == 1) dying.swap(aside);
  }
}

void destroyWhenAllowed(std::shared_ptr<void> thing) {
  std::lock_guard<std::mutex> lock(asideMutex);
  if (recordings.load() > 0) aside.push_back(std::move(thing));
}

void registerStreams(napi_env env, napi_value exports) {
  add(env, exports, "cudaStreamNew", entry<newStream>);
  add(env, exports, "cudaStreamCurrent", entry<currentStream>);
  add(env, exports, "cudaStreamDefault", entry<defaultStream>);
  add(env, exports, "cudaStreamExchange", entry<exchangeStream>);
  add(env, exports, "cudaStreamQuery", entry<queryStream>);
  add(env, exports, "cudaStreamSynchronize", entry<synchronizeStream>);
  add(env, exports, "cudaStreamWaitsFor", entry<waitStream>);
  add(env, exports, "cudaEventNew", entry<newEvent>);
  add(env, exports, "cudaEventRecord", entry<recordEvent>);
  add(env, exports, "cudaEventBlock", entry<blockOnEvent>);
  add(env, exports, "cudaEventQuery", entry<queryEvent>);
  add(env, exports, "cudaEventSynchronize", entry<synchronizeEvent>);
  add(env, exports, "cudaEventElapsed", entry<elapsedTime>);
  add(env, exports, "recordStream", entry<recordStream>);
}

}  // namespace fabric::cuda
