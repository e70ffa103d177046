#include "memory/ingest/encode_contents.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "memory/vectors/make.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kContentsAtOnce = 4;  // what a query may have to wait for

}  // namespace

Task<std::size_t> encode_contents(const models::Encoder& encoder, Pool& compute, std::vector<NewMemory>& memories) {
  for (std::size_t first = 0; first < memories.size(); first += kContentsAtOnce) {
    const std::size_t last = std::min(first + kContentsAtOnce, memories.size());
    std::vector<models::EncoderInput> inputs;
    for (std::size_t i = first; i < last; ++i) inputs.push_back(content_input(encoder, memories[i].memory.content));
    co_await compute.turn(Priority::kBackground);
    auto encodings = co_await encoder.encode(std::move(inputs));
    if (!encodings) {
      log::warning("new memories are stored without vectors, which are made later: the encoder failed",
                   {{"model", std::string(encoder.model())}, {"error", encodings.error().message}});
      co_return first;
    }
    for (std::size_t i = first; i < last; ++i)
      memories[i].vectors = std::make_shared<const EncodedText>(
          encoded_text(memories[i].memory.content, std::move((*encodings)[i - first])));
  }
  co_return memories.size();
}

}  // namespace holdfast::memory
