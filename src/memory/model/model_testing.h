// For tests: a chat model that says what it is told to, and conversations for it.
#pragma once

#include <boost/json.hpp>

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "memory/ingest/ingest_testing.h"
#include "memory/model/stages.h"
#include "models/chat.h"
#include "models/observer.h"

namespace holdfast::memory::model_testing {

using ingest_testing::at;
using ingest_testing::reply;
using ingest_testing::say;

// Answers with what `answer` gives, else with the replies in their order, else not at all.
class FakeChat final : public models::ChatModel {
 public:
  FakeChat() = default;
  explicit FakeChat(std::vector<std::string> replies) : replies_(replies.begin(), replies.end()) {}

  [[nodiscard]] Task<Result<models::ChatReply>> complete(models::ChatRequest request) const override {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (longest_ > 0) {
      std::size_t bytes = 0;
      for (const models::ChatMessage& message : request.messages) bytes += message.content.size();
      if (bytes > longest_) co_return fail(Code::kTooLarge, "too long");
    }
    if (answer) co_return answer(request);
    if (replies_.empty()) co_return fail(Code::kProviderFailed, "told to fail", {}, "unreachable");
    models::ChatReply said{.text = replies_.front(), .model = "fake-1", .usage = {}};
    said.usage = {.prompt_tokens = 100, .completion_tokens = 10, .cached_tokens = 0};
    replies_.pop_front();
    co_return said;
  }
  [[nodiscard]] std::string_view model() const override { return "fake"; }
  [[nodiscard]] std::size_t context_tokens() const override { return context_tokens_; }

  void fail_above(std::size_t bytes) { longest_ = bytes; }
  void set_context_tokens(std::size_t tokens) { context_tokens_ = tokens; }
  [[nodiscard]] const std::vector<models::ChatRequest>& requests() const { return requests_; }
  [[nodiscard]] std::string asked(std::size_t call = 0) const { return requests_.at(call).messages.at(1).content; }

  std::function<Result<models::ChatReply>(const models::ChatRequest&)> answer;

 private:
  mutable std::mutex mutex_;
  mutable std::deque<std::string> replies_;
  mutable std::vector<models::ChatRequest> requests_;
  std::size_t longest_ = 0;
  std::size_t context_tokens_ = 0;
};

class Listener final : public models::ModelObserver {
 public:
  void on_call(std::string_view, std::string_view, std::string_view, std::int64_t, const models::ChatUsage&) override {}
  void on_retry(std::string_view, std::string_view) override {}
  void on_breaker(std::string_view, bool) override {}
  void on_fallback(std::string_view stage, std::string_view reason) override {
    fallbacks.push_back(std::string(stage) + ": " + std::string(reason));
  }
  std::vector<std::string> fallbacks;
};

// A stage's surroundings.
struct World {
  ManualClock clock{1'700'000'000'000};
  Trace trace{clock};
  Listener listener;
  StageContext context{.profile = "P", .trace = &trace};
  ModelStageOptions options{.observer = &listener};

  [[nodiscard]] std::vector<std::string> notes() const {
    std::vector<std::string> list;
    for (const StageTime& time : trace.stages()) list.push_back(time.note);
    return list;
  }
};

inline Transcript transcript_of(std::vector<Message> messages, std::vector<bool> context = {}) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    messages[i].session_id = "s";
    messages[i].position = static_cast<std::int64_t>(i);
    messages[i].id = message_id("s", messages[i].role, messages[i].content, messages[i].name);
  }
  return make_transcript("s", std::move(messages), context);
}

inline Chunk whole(const Transcript& transcript) { return {0, 0, transcript.messages.size()}; }

// An item of a reply of the extractors.
inline boost::json::object item(std::string_view content, boost::json::array sources, std::string_view type = "fact") {
  return {{"content", content}, {"type", type},    {"sources", std::move(sources)},
          {"lines", {1, 1}},    {"closes", false}, {"speaker", "user"}};
}
inline std::string memories(std::vector<boost::json::object> items) {
  boost::json::array list;
  for (boost::json::object& one : items) list.push_back(std::move(one));
  return boost::json::serialize(boost::json::object{{"memories", std::move(list)}});
}

// A candidate as an extractor gives it, of the messages at `places`.
inline Candidate candidate_of(const Transcript& transcript, std::string content, std::vector<std::size_t> places,
                              MemoryType type = MemoryType::kFact) {
  Candidate candidate;
  candidate.content = std::move(content);
  candidate.type = type;
  for (const std::size_t place : places) candidate.sources.push_back({transcript.messages[place].message.id, 1, 1});
  candidate.time = transcript.messages[places.front()].message.timestamp;
  candidate.position = transcript.messages[places.front()].message.position;
  candidate.stage = "extract";
  return candidate;
}

}  // namespace holdfast::memory::model_testing
