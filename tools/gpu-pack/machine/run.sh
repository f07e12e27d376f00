#!/usr/bin/env bash
# Builds, tests and times this checkout on the GPU of this machine. Nothing is fetched, and nothing outside this folder and $OUT is written.
#
#   bash run.sh [all]                 build, test, bench, summary
#   bash run.sh build                 the addon, the operators, the kernels for this GPU; what is built is kept
#   bash run.sh test [-- ARGUMENTS]   the tests on the GPU; arguments are Vitest's: a path, -t NAME, --shard=1/3
#   bash run.sh bench [-- ARGUMENTS]  the timings; arguments are those of `npm run bench`, such as --quick or --only nf4
#   bash run.sh sanitize [TOOL] [-- ARGUMENTS]   tests of the kernels under compute-sanitizer: memcheck (default), racecheck, ...
#   bash run.sh captured              tests of the kernels, each call recorded into a CUDA graph and replayed
#   bash run.sh summary               what the last runs gave
#
# Each step may be a command of its own, where commands are limited in time; a build that was cut off goes on where its last whole part ended.
#
#   OUT                      folder for logs, results.json and the reports; default ./out
#   FABRIC_PYTHON            the Python whose torch (2.11 to 2.14, a CUDA build) is used; default: the first that has one
#   FABRIC_CUDA_ARCHITECTURES   as CMake names them, such as 90a-real; default: this GPU's
#   FABRIC_TEST_DEVICE       cuda (default) or cpu
#   FABRIC_TEST_WORKERS      tests that run at a time; default 8
set -u -o pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "${OUT:=out}"
OUT=$(cd "$OUT" && pwd)
export OUT
export HOME=${HOME:-$HERE}
export FABRIC_CACHE=$HERE/cache
export PATH=$HERE/node/bin:$PATH
export FABRIC_TEST_DEVICE=${FABRIC_TEST_DEVICE:-cuda}

fail() {
  echo "[run.sh] $1" >&2
  exit 1
}

has_torch() {
  "$1" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${FABRIC_PYTHON:-python3 python /usr/local/bin/python3 /usr/bin/python3 /opt/conda/bin/python /opt/venv/bin/python}; do
    if has_torch "$candidate"; then
      export FABRIC_PYTHON=$candidate FABRIC_BENCH_PYTHON=${FABRIC_BENCH_PYTHON:-$candidate}
      return
    fi
  done
  fail "No Python with torch was found (${FABRIC_PYTHON:-tried python3, python and the usual places}). Name one in FABRIC_PYTHON."
}

# 9.0 is 90a: Hopper's own matrix instructions are in no other target.
find_architecture() {
  [ -n "${FABRIC_CUDA_ARCHITECTURES:-}" ] && return
  local capability
  capability=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d ' .')
  [ -n "$capability" ] || fail "nvidia-smi names no GPU. Run this on a machine with one, or set FABRIC_CUDA_ARCHITECTURES to build only."
  [ "$capability" = 90 ] && capability=90a
  export FABRIC_CUDA_ARCHITECTURES=$capability-real
}

find_nvcc() {
  command -v nvcc >/dev/null && return
  export PATH=$PATH:${CUDA_HOME:-/usr/local/cuda}/bin
}

# node's output goes to the terminal and to a log; the status is node's.
logged() {
  local log=$OUT/$1.log
  shift
  (cd "$HERE/fabric" && "$@") 2>&1 | tee "$log"
}

build() {
  find_python
  find_architecture
  find_nvcc
  logged build node tools/gpu-pack/machine/build.mjs
}

run_tests() {
  rm -f "$OUT/test.json"
  logged test node node_modules/vitest/vitest.mjs run --maxWorkers "${FABRIC_TEST_WORKERS:-8}" \
    --reporter=default --reporter=json --outputFile.json="$OUT/test.json" "$@"
  local status=$?
  summary
  return $status
}

bench() {
  find_python
  rm -f "$OUT/bench.json"
  logged bench node --expose-gc --import tsx/esm tools/bench/main.ts --device cuda \
    --json "$OUT/bench.json" --markdown "$OUT/bench.md" "$@"
  local status=$?
  summary
  return $status
}

sanitize() {
  local tool=memcheck
  if [ $# -gt 0 ] && [ "$1" != -- ]; then
    tool=$1
    shift
  fi
  [ "${1:-}" = -- ] && shift
  find_nvcc
  command -v compute-sanitizer >/dev/null || fail "compute-sanitizer was not found; it comes with the CUDA toolkit."
  [ $# -gt 0 ] || set -- packages/kernels-cuda
  logged "sanitize-$tool" compute-sanitizer --tool "$tool" --target-processes all --error-exitcode 9 \
    node node_modules/vitest/vitest.mjs run --maxWorkers 1 --testTimeout 600000 "$@"
}

captured() {
  [ $# -gt 0 ] || set -- packages/kernels-cuda
  logged captured env FABRIC_KERNELS_CAPTURED=1 node node_modules/vitest/vitest.mjs run --maxWorkers 2 "$@"
}

summary() {
  node "$HERE/fabric/tools/gpu-pack/machine/summary.mjs" "$HERE" "$OUT"
}

step=${1:-all}
[ $# -gt 0 ] && shift
if [ "$step" != sanitize ] && [ "${1:-}" = -- ]; then shift; fi

case $step in
  build) build ;;
  test) run_tests "$@" ;;
  bench) bench "$@" ;;
  sanitize) sanitize "$@" ;;
  captured) captured "$@" ;;
  summary) summary ;;
  all)
    build || exit 1
    run_tests
    tested=$?
    bench
    timed=$?
    [ $tested -eq 0 ] && [ $timed -eq 0 ]
    ;;
  *) fail "Unknown step \"$step\". Use build, test, bench, sanitize, captured, summary or all." ;;
esac
