// How fast texts become vectors: sentences of 12 and of 20 tokens (special ones not counted), one at a time and in
// batches of 64, on one thread, with each set of kernels that this processor can run. tools/model/peer_ort.py measures
// ONNX Runtime on the same.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/embedded/embedded.h"
#include "models/embedded/kernels/select.h"

namespace holdfast::models {
namespace {

// Words that are one token each.
std::string sentence(std::size_t tokens, std::size_t number) {
  static const std::vector<std::string> words = {"river",  "morning", "garden", "music",  "winter", "letter", "kitchen",
                                                 "bridge", "summer",  "doctor", "market", "window", "island"};
  std::string result;
  for (std::size_t i = 0; i < tokens; ++i) result += words[(i * 5 + number) % words.size()] + " ";
  return result;
}

void encode(benchmark::State& state, const std::string& kernels) {
  const auto encoder = open_embedded(HOLDFAST_MODEL_FILE, {.kernels = kernels});
  if (!encoder) {
    state.SkipWithError(encoder.error().message.c_str());
    return;
  }
  std::vector<EncoderInput> inputs;
  for (std::size_t i = 0; i < static_cast<std::size_t>(state.range(1)); ++i)
    inputs.push_back({.text = sentence(static_cast<std::size_t>(state.range(0)), i)});
  for (auto _ : state) benchmark::DoNotOptimize(run_here((*encoder)->encode(inputs)));
  state.SetItemsProcessed(state.iterations() * state.range(1));
}

}  // namespace
}  // namespace holdfast::models

int main(int argc, char** argv) {
  using namespace holdfast::models;
  for (const Kernels* kernels : usable_kernels())
    benchmark::RegisterBenchmark(("encode/" + std::string(kernels->name)).c_str(), &encode, std::string(kernels->name))
        ->ArgNames({"tokens", "batch"})
        ->Args({12, 1})
        ->Args({20, 1})
        ->Args({12, 64})
        ->Args({20, 64})
        ->Unit(benchmark::kMillisecond)
        ->Repetitions(5)
        ->ReportAggregatesOnly();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
