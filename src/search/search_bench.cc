// How long a search takes, and what an index costs, over made-up conversations: words drawn by a Zipf–Mandelbrot law
// from 30,000 (the stop words, its head, already gone), messages of about 25 terms, sessions of 20, questions of 6
// terms.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <string>

#include "search/conversation_index.h"
#include "search/inverted_index.h"
#include "search/late_interaction.h"
#include "search/vector_scan.h"
#include "search/vocabulary.h"

namespace holdfast::search {
namespace {

constexpr std::size_t kWords = 30'000;
constexpr std::size_t kSessionMessages = 20;
constexpr std::size_t kQueryTerms = 6;
constexpr std::size_t kQueries = 512;

class Text {
 public:
  Text() {
    std::vector<double> weights(kWords);
    for (std::size_t rank = 0; rank < kWords; ++rank) weights[rank] = 1 / static_cast<double>(rank + 30);
    words_ = std::discrete_distribution<std::uint32_t>(weights.begin(), weights.end());
  }
  std::vector<TermId> message(std::size_t terms) {
    std::vector<TermId> result(terms);
    for (TermId& term : result) term = words_(chance_);
    return result;
  }
  std::size_t between(std::size_t least, std::size_t most) { return least + chance_() % (most - least + 1); }

 private:
  std::mt19937 chance_{42};
  std::discrete_distribution<std::uint32_t> words_;
};

struct Texts {
  std::vector<std::vector<TermId>> messages;
  std::vector<std::vector<QueryTerm>> questions;
};

// Terms are numbered by first sight, as a Vocabulary would.
Texts texts(std::size_t count, bool chat) {
  constexpr TermId kNew = std::numeric_limits<TermId>::max();
  std::vector<TermId> numbers(kWords, kNew);
  TermId next = 0;
  const auto number = [&](TermId word) { return numbers[word] == kNew ? numbers[word] = next++ : numbers[word]; };
  Text text;
  Texts result;
  for (std::size_t i = 0; i < count; ++i) {
    auto& message =
        result.messages.emplace_back(text.message(chat && i % 2 == 1 ? text.between(100, 300) : text.between(5, 45)));
    for (TermId& term : message) term = number(term);
  }
  result.questions.resize(kQueries);
  for (auto& question : result.questions)
    for (const TermId term : text.message(kQueryTerms)) question.push_back({number(term), 1});
  return result;
}

ConversationIndex conversation(const std::vector<std::vector<TermId>>& messages) {
  ConversationIndex index;
  for (std::size_t i = 0; i < messages.size(); ++i)
    index.add({.terms = messages[i],
               .session = static_cast<std::uint32_t>(i / kSessionMessages),
               .order = static_cast<std::int64_t>(i),
               .time = static_cast<std::int64_t>(i),
               .features = {.flags = static_cast<std::uint32_t>(i * 2654435761u),
                            .speaker = static_cast<std::uint32_t>(i % 2),
                            .day = static_cast<std::int32_t>(i / 100)}});
  return index;
}

// Times every call and reports the median and the 99th percentile beside the mean.
template <typename Call>
void measure(benchmark::State& state, Call call) {
  std::vector<double> times;
  std::size_t at = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    call(at++ % kQueries);
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}

void search_conversation(benchmark::State& state, bool chat) {
  const Texts made = texts(static_cast<std::size_t>(state.range(0)), chat);
  const ConversationIndex index = conversation(made.messages);
  ConversationScoring scoring = chat ? ConversationScoring::chat() : ConversationScoring::dialogue();
  scoring.flag_weights[0] = 1.4f;
  scoring.flag_weights[5] = .7f;
  scoring.flag_weights[12] = -.2f;
  scoring.speakers = {{.speaker = 1, .weight = 2.2f}};
  scoring.days = {{.first = 3, .last = 30, .weight = 2.4f}};
  ConversationScratch scratch;
  measure(state,
          [&](std::size_t at) { benchmark::DoNotOptimize(index.search(made.questions[at], scoring, 50, scratch)); });
}

void BM_SearchDialogue(benchmark::State& state) { search_conversation(state, false); }
void BM_SearchChat(benchmark::State& state) { search_conversation(state, true); }

void BM_SearchDocuments(benchmark::State& state) {
  const Texts made = texts(static_cast<std::size_t>(state.range(0)), false);
  InvertedIndex index;
  for (const auto& text : made.messages)
    index.add(std::array{FieldTerms{0, text}, FieldTerms{1, std::span(text).first(4)}});
  Scores scores;
  measure(state, [&](std::size_t at) {
    index.bm25(made.questions[at], {.field_weights = {1, .5f, 0, 0}}, scores);
    benchmark::DoNotOptimize(top(scores, 50));
  });
}

void build_conversation(benchmark::State& state, bool chat) {
  const Texts made = texts(static_cast<std::size_t>(state.range(0)), chat);
  std::size_t bytes = 0;
  for (auto _ : state) {
    ConversationIndex index = conversation(made.messages);
    index.shrink_to_fit();
    bytes = index.bytes();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes_per_message"] = static_cast<double>(bytes) / static_cast<double>(state.range(0));
}

void BM_BuildDialogue(benchmark::State& state) { build_conversation(state, false); }
void BM_BuildChat(benchmark::State& state) { build_conversation(state, true); }

void BM_Intern(benchmark::State& state) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < kWords; ++i) words.push_back("w" + std::to_string(i * 7919));
  Text text;
  const auto drawn = text.message(100'000);
  std::size_t bytes = 0;
  for (auto _ : state) {
    Vocabulary vocabulary;
    for (const TermId word : drawn) benchmark::DoNotOptimize(vocabulary.intern(words[word]));
    vocabulary.shrink_to_fit();
    bytes = vocabulary.bytes() / vocabulary.size();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(drawn.size()));
  state.counters["bytes_per_term"] = static_cast<double>(bytes);
}

constexpr std::size_t kDimensions = 384;

// Ten tokens of a question against candidates of twenty tokens.
void BM_LateInteraction(benchmark::State& state) {
  std::mt19937 chance(1);
  std::normal_distribution<float> normal(0, .05f);
  std::vector<float> query(10 * kDimensions);
  for (float& value : query) value = normal(chance);
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(state.range(0)) * 20 * kDimensions / 8);
  for (std::uint8_t& byte : codes) byte = static_cast<std::uint8_t>(chance());
  std::vector<std::span<const std::uint8_t>> documents;
  for (std::size_t at = 0; at < codes.size(); at += 20 * kDimensions / 8)
    documents.push_back(std::span(codes).subspan(at, 20 * kDimensions / 8));
  std::vector<float> out(documents.size() * 10);
  for (auto _ : state) {
    max_products(query, kDimensions, documents, out);
    benchmark::DoNotOptimize(out.data());
  }
}

void scan_vectors(benchmark::State& state, bool portable) {
  std::mt19937 chance(1);
  std::vector<float> query(kDimensions);
  for (float& value : query) value = static_cast<float>(chance() % 1'000) / 20'000.f;
  const auto count = static_cast<std::size_t>(state.range(0));
  std::vector<std::int8_t> rows(count * kDimensions);
  for (std::int8_t& value : rows) value = static_cast<std::int8_t>(chance() % 255 - 127);
  const std::vector<float> scales(count, .001f);
  std::vector<float> out(count);
  for (auto _ : state) {
    portable ? scan_portable(query, rows, scales, out) : scan(query, rows, scales, out);
    benchmark::DoNotOptimize(out.data());
  }
}
void BM_ScanVectors(benchmark::State& state) { scan_vectors(state, false); }
void BM_ScanVectorsPortable(benchmark::State& state) { scan_vectors(state, true); }

BENCHMARK(BM_LateInteraction)->Arg(100)->Arg(300)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_ScanVectors)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_ScanVectorsPortable)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_SearchDialogue)->Arg(10)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_SearchChat)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_SearchDocuments)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_BuildDialogue)->Arg(10)->Arg(1'000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_BuildChat)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Intern)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace holdfast::search

BENCHMARK_MAIN();
