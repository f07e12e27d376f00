// Tests that FABRIC_TEST_DEVICE=cuda leaves out, and why: they are about the CPU, or about no tensor at all. The run on the CPU has them all.

/** Patterns of files from the root, by reason. */
export const CPU_ONLY: Readonly<Record<string, readonly string[]>> = {
  "no tensors: text, files, options, processes": [
    "packages/core/test/{cli,launcher,connector,casting,plugins,loggers}/**",
    "packages/core/test/{processes,remap}.test.ts",
    "packages/core/test/checkpoint/{damage,killed,shards-description}.test.ts",
    "packages/create-fabric-precision/test/**",
    "packages/precision-te/test/pickle/**",
    "packages/torch/test/{native,options}.test.ts",
    "packages/torch/test/safetensors/{header,mutation}.test.ts",
    "tools/{bench,docs,fuzz,gen,gpt,gpu-pack,libtorch,pack,quickstart,scaling,setup,soak,streaming-load}/**",
  ],
  "the bits of the CPU's random numbers": [
    "packages/core/test/seed.test.ts",
    "packages/core/test/checkpoint/rng.test.ts",
    "packages/torch/test/random.test.ts",
    "packages/torch/test/optim/bits.test.ts",
  ],
  "samplers and worker threads, which make and send tensors of the CPU": [
    "packages/core/test/loaders.test.ts",
    "packages/torch/test/data/**",
  ],
  "collectives of gloo between processes on the CPU": [
    "packages/torch/test/distributed/**",
    "packages/torch/test/nn/parallel/**",
    "tools/e2e/test/{ddp,fsdp}/**",
    "tools/e2e/test/{elastic,faults,machines}.test.ts",
  ],
  "memory of the CPU, in bytes": [
    "packages/precision-bnb/test/{guide-large-checkpoint,streaming-load}.test.ts",
    "packages/precision-bnb/test/quantize/**",
    "packages/precision-mixed/test/memory.test.ts",
    "packages/precision-true/test/stochastic-peak.test.ts",
    "packages/torch/test/memory/**",
    "packages/torch/test/system.test.ts",
  ],
  "kernels for the CPU, by instruction set and dispatch": [
    "packages/core/test/wrappers/watch-forward.test.ts",
    "packages/precision-bnb/test/functional/devices.test.ts",
    "packages/precision-mixed/test/{autocast-cache,autocast-table,layers}.test.ts",
    "packages/precision-te/test/functional/devices.test.ts",
    "packages/precision-te/test/guide-inference.test.ts",
    "packages/torch/test/dispatch/**",
    "packages/torch/test/{fused,half}/**",
  ],
  "scripts and plugins in processes of their own, which run on the CPU": [
    "tools/e2e/test/{create-plugin,fabric-messages,gpt-fp8,gpt-quantised,resume,resume-matrix,tutorial}.test.ts",
  ],
};
