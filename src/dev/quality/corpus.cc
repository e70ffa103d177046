#include "dev/quality/corpus.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/limits.h"
#include "base/utf8.h"

namespace holdfast::dev::quality {
namespace {

constexpr std::size_t kMostCharacters = 30'000;
constexpr std::size_t kMostQuestionCharacters = 1'000;

}  // namespace

std::string fitting(std::string_view text) {
  return std::string(first_bytes(first_code_points(text, kMostCharacters), api::kMaxContent));
}

std::string fitting_question(std::string_view text) {
  return std::string(first_bytes(first_code_points(text, kMostQuestionCharacters), api::kMaxQuery));
}

void add_batches(Conversation& to, const std::string& session, std::vector<memory::IncomingMessage> messages,
                 std::size_t most) {
  std::erase_if(messages, [](const memory::IncomingMessage& message) { return message.content.empty(); });
  for (std::size_t begin = 0; begin < messages.size(); begin += most) {
    const auto first = messages.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = messages.begin() + static_cast<std::ptrdiff_t>(std::min(messages.size(), begin + most));
    to.batches.push_back({session, {std::make_move_iterator(first), std::make_move_iterator(last)}});
  }
}

Conversation merged(std::vector<Conversation> conversations) {
  Conversation all{.id = "all", .batches = {}, .questions = {}};
  for (std::size_t i = 0; i < conversations.size(); ++i) {
    const auto named = [i](const std::string& session) { return fmt::format("c{}-{}", i, session); };
    for (Batch& batch : conversations[i].batches) {
      batch.session = named(batch.session);
      all.batches.push_back(std::move(batch));
    }
    for (Question& question : conversations[i].questions) {
      for (Turn& turn : question.evidence) turn.session = named(turn.session);
      for (Turn& turn : question.newest) turn.session = named(turn.session);
      for (std::string& session : question.sessions) session = named(session);
      question.id = fmt::format("{}/{}", conversations[i].id, question.id);
      all.questions.push_back(std::move(question));
    }
  }
  return all;
}

}  // namespace holdfast::dev::quality
