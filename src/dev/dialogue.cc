#include "dev/dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>

#include "base/random.h"

namespace holdfast::dev {
namespace {

#include "dev/dialogue_words.inc"

constexpr std::size_t kTowns = 3000;
constexpr std::uint64_t kStatementPercent = 28;  // gives .52 memories a message; real chats gave .38 to .49
constexpr std::uint64_t kReactionPercent = 60;
constexpr std::uint64_t kClosePercent = 55;
constexpr TimeMs kBegin = 1'672'650'000'000;  // 2023-01-02
constexpr TimeMs kBetweenSessions = 6 * 3'600'000;
constexpr TimeMs kBetweenLines = 60'000;

// Few words are said often and most seldom: the lower of two draws.
std::string_view pick(Random& random, std::span<const std::string_view> words) {
  return words[std::min(random.below(words.size()), random.below(words.size()))];
}

std::string capitalised(std::string word) {
  if (!word.empty() && word.front() >= 'a' && word.front() <= 'z') word.front() = static_cast<char>(word.front() - 32);
  return word;
}

std::string coined(Random& random, std::size_t syllables) {
  std::string word;
  for (std::size_t i = 0; i < syllables; ++i) word += kSyllables[random.below(kSyllables.size())];
  return capitalised(std::move(word));
}

std::string town(Random& random) {
  // A town of a small number is named more often than one of a large number.
  const std::uint64_t number = random.below(random.below(random.below(kTowns) + 1) + 1);
  SeededRandom fixed(number * 7919 + 17);
  return coined(fixed, 2) + (number % 3 == 0 ? "burg" : number % 3 == 1 ? "ford" : "stad");
}

using Slots = std::map<std::string, std::string, std::less<>>;

class Filler {
 public:
  Filler(Random& random, Slots& slots) : random_(random), slots_(slots) {}

  std::string fill(std::string_view text) { return capitalised(replaced(text)); }

 private:
  std::string replaced(std::string_view text) {
    std::string filled;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t open = text.find('{', at);
      filled += text.substr(at, open - at);
      if (open == std::string_view::npos) break;
      const std::size_t close = text.find('}', open);
      filled += value(text.substr(open + 1, close - open - 1));
      at = close + 1;
    }
    return filled;
  }

  const std::string& value(std::string_view slot) {
    if (const auto known = slots_.find(slot); known != slots_.end()) return known->second;
    return slots_.emplace(slot, draw(slot)).first->second;
  }

  std::string draw(std::string_view slot) {
    if (slot == "animal") return std::string(pick(random_, kAnimals));
    if (slot == "relative") return std::string(pick(random_, kRelatives));
    if (slot == "person") return std::string(pick(random_, kPeople));
    if (slot == "job") return std::string(pick(random_, kJobs));
    if (slot == "activity") return std::string(pick(random_, kActivities));
    if (slot == "food") return std::string(pick(random_, kFoods));
    if (slot == "spot") return std::string(pick(random_, kSpots));
    if (slot == "thing") return std::string(pick(random_, kThings));
    if (slot == "adjective") return std::string(pick(random_, kAdjectives));
    if (slot == "weekday") return std::string(pick(random_, kWeekdays));
    if (slot == "when") return replaced(pick(random_, kWhen));
    if (slot == "number") return std::to_string(2 + random_.below(random_.below(60) + 1));
    if (slot == "town") return town(random_);
    if (slot == "coined") return coined(random_, 2 + random_.below(2));
    return std::string(pick(random_, kTopics));
  }

  Random& random_;
  Slots& slots_;
};

void add(std::string& text, const std::string& sentence) {
  if (!text.empty()) text += ' ';
  text += sentence;
}

}  // namespace

struct Dialogue::Said {
  Session session;
  std::string question;  // about its first statement
};

Dialogue::Dialogue(std::uint64_t seed) : seed_(seed) {
  SeededRandom random(seed);
  const std::uint64_t first = random.below(kPeople.size());
  first_ = kPeople[first];
  second_ = kPeople[(first + 1 + random.below(kPeople.size() - 1)) % kPeople.size()];
}

Dialogue::Said Dialogue::make(std::size_t number, std::size_t messages) const {
  SeededRandom random(seed_ * 1'000'003 + number);
  Said said;
  said.session.id = fmt::format("session-{}", number);
  for (std::size_t i = 0; i < messages; ++i) {
    const bool first = i % 2 == 0;
    const std::string& me = first ? first_ : second_;
    const std::string& you = first ? second_ : first_;
    const auto slots = [&] { return Slots{{"me", me}, {"you", you}}; };
    std::string text;
    if (random.below(100) < kReactionPercent) {
      Slots own = slots();
      add(text, Filler(random, own).fill(pick(random, kReactions)));
    }
    if (random.below(100) < kStatementPercent) {
      const Statement& statement = kStatements[random.below(kStatements.size())];
      Slots own = slots();
      Filler filler(random, own);
      add(text, filler.fill(statement.says));
      if (said.question.empty()) said.question = filler.fill(statement.asks);
    } else {
      Slots own = slots();
      add(text, Filler(random, own).fill(pick(random, kChatter)));
    }
    Slots own = slots();
    add(text,
        Filler(random, own).fill(random.below(100) < kClosePercent ? pick(random, kCloses) : pick(random, kChatter)));
    said.session.lines.push_back(
        {.first = first,
         .name = me,
         .text = std::move(text),
         .time = kBegin + static_cast<TimeMs>(number) * kBetweenSessions + static_cast<TimeMs>(i) * kBetweenLines});
  }
  if (said.question.empty()) said.question = fmt::format("What does {} think?", first_);
  return said;
}

Session Dialogue::session(std::size_t number, std::size_t messages) const { return make(number, messages).session; }

std::string Dialogue::question(std::size_t number, std::size_t messages) const {
  return make(number, messages).question;
}

}  // namespace holdfast::dev
