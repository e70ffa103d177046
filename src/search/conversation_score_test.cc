#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <thread>

#include "search/conversation_index.h"

namespace holdfast::search {
namespace {

using Terms = std::vector<TermId>;
using Values = std::map<DocId, double>;

struct Message {
  Terms terms;
  std::uint32_t session = 0;
  std::int64_t order = 0;
};

double number(float value) { return static_cast<double>(value); }
double number(std::size_t value) { return static_cast<double>(value); }

// The signals as conversation_index.h words them, with no thought for speed.
class Naive {
 public:
  Naive(std::map<DocId, Message> messages, std::vector<QueryTerm> query, const ConversationScoring& scoring)
      : messages_(std::move(messages)), query_(std::move(query)), scoring_(scoring) {
    std::map<std::uint32_t, std::vector<DocId>> sessions;
    for (const auto& [doc, message] : messages_) sessions[message.session].push_back(doc);
    for (auto& [session, docs] : sessions) {
      std::sort(docs.begin(), docs.end(), [this](DocId a, DocId b) {
        return std::pair(messages_[a].order, a) < std::pair(messages_[b].order, b);
      });
      for (std::size_t i = 0; i < docs.size(); ++i) place_[docs[i]] = {docs, i};
    }
  }

  Values scores() {
    Values sum;
    for (const auto& [doc, message] : messages_) sum[doc] = 0;
    const SignalWeights& weights = scoring_.weights;
    const Values window = scoring_.pieces ? pieces(scoring_.window) : windows();
    add(sum, window, weights.window);
    Values best;
    for (const auto& [doc, value] : window)
      for (const DocId other : place_[doc].first) best[doc] = std::max(best[doc], window.at(other));
    add(sum, best, weights.session_best);
    Values own;
    double average = 0;
    for (const auto& [doc, message] : messages_) average += number(message.terms.size()) / number(messages_.size());
    for (const auto& [doc, message] : messages_)
      for (const QueryTerm& term : query_)
        own[doc] += saturated(term, count(message.terms, term.term), number(message.terms.size()), average);
    add(sum, own, weights.own);
    add(sum, pieces({}), weights.piece);
    add(sum, groups([this](DocId doc) { return std::pair(messages_[doc].session, std::size_t{0}); }), weights.session);
    add(sum, groups([this](DocId doc) { return std::pair(messages_[doc].session, place_[doc].second / 10); }),
        weights.block);
    return sum;
  }

 private:
  static double count(std::span<const TermId> terms, TermId term) {
    return static_cast<double>(std::count(terms.begin(), terms.end(), term));
  }

  double idf(TermId term) {
    const auto [known, fresh] = idfs_.try_emplace(term, 0);
    if (!fresh) return known->second;
    double with = 0;
    for (const auto& [doc, message] : messages_) with += count(message.terms, term) > 0 ? 1 : 0;
    return known->second = std::log(1 + (number(messages_.size()) - with + .5) / (with + .5));
  }

  double bm25(double frequency, double length, double average) const {
    const double k1 = number(scoring_.k1);
    const double b = number(scoring_.b);
    return frequency == 0 ? 0 : frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / average));
  }
  double saturated(const QueryTerm& term, double frequency, double length, double average) {
    return number(term.weight) * idf(term.term) * bm25(frequency, length, average);
  }

  // (share, message) of the neighbours of `doc`.
  std::vector<std::pair<double, DocId>> around(DocId doc, const Window& window) {
    const auto& [docs, at] = place_[doc];
    std::vector<std::pair<double, DocId>> result;
    if (at >= 1) result.emplace_back(number(window.previous), docs[at - 1]);
    if (at >= 2) result.emplace_back(number(window.before_previous), docs[at - 2]);
    if (at + 1 < docs.size()) result.emplace_back(number(window.next), docs[at + 1]);
    return result;
  }

  Values windows() {
    Values lengths;
    double average = 0;
    for (const auto& [doc, message] : messages_) {
      lengths[doc] = number(message.terms.size());
      for (const auto& [share, other] : around(doc, scoring_.window))
        lengths[doc] += share * number(messages_[other].terms.size());
      average += lengths[doc] / number(messages_.size());
    }
    Values result;
    for (const auto& [doc, message] : messages_)
      for (const QueryTerm& term : query_) {
        double frequency = count(message.terms, term.term);
        for (const auto& [share, other] : around(doc, scoring_.window))
          frequency += share * count(messages_[other].terms, term.term);
        result[doc] += saturated(term, frequency, lengths[doc], average);
      }
    return result;
  }

  Values pieces(const Window& window) {
    const auto head = [this](DocId doc) {
      const Terms& terms = messages_[doc].terms;
      return std::span(terms).first(std::min<std::size_t>(terms.size(), 60));
    };
    double average = 0;
    for (const auto& [doc, message] : messages_) {
      double length = number(std::min<std::size_t>(message.terms.size(), 100));
      for (const auto& [share, other] : around(doc, window)) length += share * number(head(other).size());
      average += length / number(messages_.size());
    }
    Values result;
    for (const auto& [doc, message] : messages_) {
      const std::span<const TermId> all = message.terms;
      for (std::size_t begin = 0;; begin += 80) {
        const auto piece = all.subspan(begin, std::min<std::size_t>(100, all.size() - begin));
        double score = 0;
        for (const QueryTerm& term : query_) {
          double frequency = count(piece, term.term);
          double length = number(piece.size());
          for (const auto& [share, other] : around(doc, window)) {
            frequency += share * count(head(other), term.term);
            length += share * number(head(other).size());
          }
          score += saturated(term, frequency, length, average);
        }
        result[doc] = std::max(result[doc], score);
        if (begin + 100 >= all.size()) break;
      }
    }
    return result;
  }

  template <typename GroupOf>
  Values groups(GroupOf group_of) {
    std::map<std::pair<std::uint32_t, std::size_t>, Terms> texts;
    for (const auto& [doc, message] : messages_)
      texts[group_of(doc)].insert(texts[group_of(doc)].end(), message.terms.begin(), message.terms.end());
    double average = 0;
    for (const auto& [group, terms] : texts) average += number(terms.size()) / number(texts.size());
    Values result;
    for (const QueryTerm& term : query_) {
      double with = 0;
      for (const auto& [group, terms] : texts) with += count(terms, term.term) > 0 ? 1 : 0;
      const double group_idf = std::log(1 + (number(texts.size()) - with + .5) / (with + .5));
      for (const auto& [doc, message] : messages_) {
        const Terms& terms = texts[group_of(doc)];
        result[doc] += number(term.weight) * group_idf * bm25(count(terms, term.term), number(terms.size()), average);
      }
    }
    return result;
  }

  static void add(Values& sum, const Values& values, float weight) {
    double mean = 0;
    for (const auto& [doc, value] : values) mean += value / number(values.size());
    double variance = 0;
    for (const auto& [doc, value] : values) variance += (value - mean) * (value - mean) / number(values.size());
    if (variance <= 1e-9 * mean * mean) return;
    for (const auto& [doc, value] : values) sum[doc] += number(weight) * (value - mean) / std::sqrt(variance);
  }

  std::map<DocId, Message> messages_;
  std::vector<QueryTerm> query_;
  const ConversationScoring& scoring_;
  std::map<TermId, double> idfs_;
  std::map<DocId, std::pair<std::vector<DocId>, std::size_t>> place_;
};

class Corpus {
 public:
  explicit Corpus(std::uint32_t seed) : chance_(seed) {}

  std::uint32_t below(std::size_t bound) { return static_cast<std::uint32_t>(chance_() % bound); }

  void add(std::size_t longest) {
    Message message;
    for (std::size_t left = below(longest); left > 0; --left) message.terms.push_back(below(6) * below(30));
    message.session = below(4) * 2;
    message.order = below(50);
    const DocId doc = index.add({.terms = message.terms,
                                 .session = message.session,
                                 .order = message.order,
                                 .time = message.order,
                                 .features = {}});
    messages[doc] = message;
  }
  void remove_any() {
    const auto victim = std::next(messages.begin(), below(messages.size()));
    ASSERT_TRUE(index.remove(victim->first));
    messages.erase(victim);
  }
  std::vector<QueryTerm> query() {
    std::vector<QueryTerm> terms;
    for (int i = 0; i < 5; ++i) terms.push_back({below(160), 1 + static_cast<float>(below(3)) / 2});
    return terms;
  }

  ConversationIndex index;
  std::map<DocId, Message> messages;

 private:
  std::mt19937 chance_;
};

void expect_agreement(Corpus& corpus, const ConversationScoring& scoring, ConversationScratch& scratch) {
  const auto query = corpus.query();
  corpus.index.score(query, scoring, scratch);
  const Values expected = Naive(corpus.messages, query, scoring).scores();
  ASSERT_EQ(scratch.scores().size(), corpus.index.end_doc());
  for (DocId doc = 0; doc < scratch.scores().size(); ++doc) {
    const auto known = expected.find(doc);
    if (known == expected.end()) {
      ASSERT_EQ(scratch.scores()[doc], -std::numeric_limits<float>::infinity());
    } else {
      ASSERT_NEAR(number(scratch.scores()[doc]), known->second, 2e-3) << "doc " << doc;
    }
  }
}

// Each signal alone and all together, while messages come at the end and in the middle, and go, over several
// compactions.
TEST(ConversationScore, AgreesWithTheDefinitionsThroughAnyHistory) {
  std::vector<ConversationScoring> scorings;
  for (const bool pieces : {false, true}) {
    ConversationScoring base = pieces ? ConversationScoring::chat() : ConversationScoring::dialogue();
    scorings.push_back(base);
    for (float SignalWeights::* signal :
         {&SignalWeights::window, &SignalWeights::own, &SignalWeights::piece, &SignalWeights::session,
          &SignalWeights::block, &SignalWeights::session_best}) {
      base.weights = {};
      base.weights.*signal = 1;
      scorings.push_back(base);
    }
    base.weights = {.window = .3f, .own = .2f, .piece = .1f, .session = .4f, .block = .2f, .session_best = -.3f};
    base.k1 = 1.7f;
    base.b = .4f;
    base.window = {.previous = .5f, .next = 0, .before_previous = .9f};
    scorings.push_back(base);
  }
  ConversationScratch scratch;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    Corpus corpus(seed);
    const std::size_t longest = seed % 2 == 0 ? 20 : 420;
    for (int round = 0; round < 3; ++round) {
      for (int i = 0; i < 40; ++i) corpus.add(longest);
      for (std::size_t left = corpus.below(70); left > 0 && corpus.messages.size() > 3; --left) corpus.remove_any();
      for (const ConversationScoring& scoring : scorings) {
        SCOPED_TRACE(seed);
        expect_agreement(corpus, scoring, scratch);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(ConversationScore, FindsTheAnswerThroughTheQuestionBeforeIt) {
  ConversationIndex index;
  const auto add = [&index](std::uint32_t session, std::int64_t order, const Terms& terms) {
    return index.add({.terms = terms, .session = session, .order = order, .time = order, .features = {}});
  };
  const DocId question = add(0, 0, {1, 2, 3});
  const DocId answer = add(0, 1, {4, 5});
  add(0, 2, {6, 7, 8});
  add(0, 3, {9, 10});
  add(0, 4, {11, 12});
  ConversationScratch scratch;
  const auto hits = index.search(std::vector<QueryTerm>{{1, 1}}, ConversationScoring::dialogue(), 2, scratch);
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].doc, question);
  EXPECT_EQ(hits[1].doc, answer);
  EXPECT_TRUE(hits[1].matched);
}

TEST(ConversationScore, AddsWhatTheQueryAsksOfFeatures) {
  ConversationIndex index;
  const auto add = [&index](const Features& features) {
    return index.add({.terms = {}, .session = 0, .order = 0, .time = 0, .features = features});
  };
  const DocId plain = add({});
  const DocId flagged = add({.flags = 1u << 0 | 1u << 9 | 1u << 31});
  const DocId speaking = add({.speaker = 4});
  const DocId dated = add({.day = 19'000});
  const DocId counted = add({.counts = {0, 3, 0, 1}});
  ConversationScoring scoring = ConversationScoring::dialogue();
  scoring.flag_weights[0] = .25f;
  scoring.flag_weights[1] = 8;
  scoring.flag_weights[9] = .5f;
  scoring.flag_weights[31] = -2;
  scoring.count_weights[1] = .75f;
  scoring.speakers = {{.speaker = 4, .weight = 2.25f}};
  scoring.days = {{.first = 18'990, .last = 19'000, .weight = 2.5f},
                  {.first = 19'000, .last = 19'000, .weight = .5f},
                  {.first = 19'001, .last = 19'002, .weight = 16}};
  ConversationScratch scratch;
  index.score({}, scoring, scratch);
  EXPECT_FLOAT_EQ(scratch.scores()[plain], 0);
  EXPECT_FLOAT_EQ(scratch.scores()[flagged], -1.25f);
  EXPECT_FLOAT_EQ(scratch.scores()[speaking], 2.25f);
  EXPECT_FLOAT_EQ(scratch.scores()[dated], 3);
  EXPECT_FLOAT_EQ(scratch.scores()[counted], 2.25f);

  index.set_features(plain, {.speaker = 4, .counts = {0, 9, 0, 0}});
  const auto hits = index.search({}, scoring, 1, scratch);
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].doc, plain);
  EXPECT_FLOAT_EQ(hits[0].parts.features, 9);

  scoring.only_matched = true;
  EXPECT_TRUE(index.search({}, scoring, 5, scratch).empty());
}

TEST(ConversationScore, StandardisesSignalsMadeElsewhere) {
  ConversationIndex index;
  for (int i = 0; i < 4; ++i) index.add({.terms = {}, .session = 0, .order = i, .time = 0, .features = {}});
  index.remove(3);
  ConversationScoring scoring;
  const std::vector<float> values = {1, 2, 3, 1000};  // mean 2, deviation √(2/3); the removed message does not count
  const std::vector<float> too_short = {5, 6, 7};
  scoring.external = {{.values = values, .weight = 2}, {.values = too_short, .weight = 100}};
  ConversationScratch scratch;
  const auto hits = index.search({}, scoring, 10, scratch);
  ASSERT_EQ(hits.size(), 3u);
  EXPECT_EQ(hits[0].doc, 2u);
  EXPECT_NEAR(number(hits[0].score), 2 / std::sqrt(2. / 3), 1e-5);
  EXPECT_NEAR(number(hits[1].score), 0, 1e-5);
  EXPECT_FLOAT_EQ(hits[2].parts.external, -hits[0].score);
}

TEST(ConversationScore, BreaksTiesByTimeThenByDoc) {
  ConversationIndex index;
  for (const std::int64_t time : {5, 9, 9, 1, 7})
    index.add({.terms = {}, .session = 0, .order = 0, .time = time, .features = {}});
  ConversationScratch scratch;
  std::vector<DocId> docs;
  for (const Hit& hit : index.search({}, ConversationScoring::chat(), 4, scratch)) docs.push_back(hit.doc);
  EXPECT_EQ(docs, (std::vector<DocId>{2, 1, 4, 0}));
}

TEST(ConversationScore, SearchIsTheHeadOfAllScoresAndItsPartsAddUp) {
  Corpus corpus(11);
  for (int i = 0; i < 200; ++i) corpus.add(150);
  for (int i = 0; i < 60; ++i) corpus.remove_any();
  ConversationScratch scratch;
  for (const ConversationScoring& scoring : {ConversationScoring::dialogue(), ConversationScoring::chat()}) {
    const auto query = corpus.query();
    const auto all = corpus.index.search(query, scoring, 1000, scratch);
    ASSERT_EQ(all.size(), corpus.index.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const HitParts& parts = all[i].parts;
      EXPECT_EQ(all[i].score, scratch.scores()[all[i].doc]);
      EXPECT_NEAR(number(parts.window + parts.own + parts.piece + parts.session + parts.block + parts.session_best +
                         parts.external + parts.features),
                  number(all[i].score), 1e-4);
      if (i > 0) EXPECT_GE(all[i - 1].score, all[i].score);
    }
    const auto head = corpus.index.search(query, scoring, 7, scratch);
    ASSERT_EQ(head.size(), 7u);
    for (std::size_t i = 0; i < head.size(); ++i) EXPECT_EQ(head[i].doc, all[i].doc);
  }
}

TEST(ConversationScore, FindsNothingInNothing) {
  ConversationIndex index;
  ConversationScratch scratch;
  const std::vector<QueryTerm> query = {{1, 1}, {4'000'000'000u, 1}};
  for (const ConversationScoring& scoring : {ConversationScoring::dialogue(), ConversationScoring::chat()}) {
    EXPECT_TRUE(index.search(query, scoring, 10, scratch).empty());
    const DocId doc = index.add({.terms = Terms{2}, .session = 0, .order = 0, .time = 0, .features = {}});
    const auto hits = index.search(query, scoring, 10, scratch);
    ASSERT_EQ(hits.size(), 1u);
    EXPECT_FALSE(hits[0].matched);
    EXPECT_EQ(hits[0].score, 0);
    EXPECT_TRUE(index.search(query, scoring, 0, scratch).empty());
    index.remove(doc);
    EXPECT_TRUE(index.search(query, scoring, 10, scratch).empty());
  }
}

TEST(ConversationScore, OneScratchServesIndexesOfAnySizeAndThreadsShareAnIndex) {
  Corpus large(5);
  Corpus small(6);
  for (int i = 0; i < 300; ++i) large.add(200);
  for (int i = 0; i < 9; ++i) small.add(30);
  const auto query = large.query();
  const ConversationScoring scoring = ConversationScoring::chat();
  ConversationScratch fresh;
  small.index.score(query, scoring, fresh);
  const std::vector<float> expected_small(fresh.scores().begin(), fresh.scores().end());
  ConversationScratch other;
  large.index.score(query, scoring, other);
  const std::vector<float> expected_large(other.scores().begin(), other.scores().end());

  std::vector<std::thread> threads;
  std::array<bool, 4> same = {};
  for (std::size_t at = 0; at < same.size(); ++at)
    threads.emplace_back([&, at] {
      ConversationScratch scratch;
      bool good = true;
      for (int i = 0; i < 20; ++i) {
        large.index.score(query, scoring, scratch);
        good = good && std::ranges::equal(scratch.scores(), expected_large);
        small.index.score(query, scoring, scratch);
        good = good && std::ranges::equal(scratch.scores(), expected_small);
      }
      same[at] = good;
    });
  for (std::thread& thread : threads) thread.join();
  for (const bool good : same) EXPECT_TRUE(good);
}

// Gives one message a value and remembers what it was asked.
class Favourite final : public CandidateSignal {
 public:
  explicit Favourite(DocId doc) : doc_(doc) {}
  void score(std::span<const DocId> candidates, std::span<const DocId> sample,
             std::span<CandidateValue> values) override {
    asked.assign(candidates.begin(), candidates.end());
    sampled.assign(sample.begin(), sample.end());
    for (std::size_t at = 0; at < candidates.size(); ++at)
      if (candidates[at] == doc_) values[at] = {.score = 10, .match = 5};
  }
  std::vector<DocId> asked, sampled;

 private:
  DocId doc_;
};

TEST(ConversationScore, ADearSignalIsMadeOfTheBestAloneAndLiftsItsSession) {
  ConversationIndex index;
  for (DocId doc = 0; doc < 40; ++doc)
    index.add({.terms = doc % 4 == 0 ? Terms{1, 2} : Terms{2, 3, 4}, .session = doc / 10, .order = doc});
  const std::vector<QueryTerm> query = {{1, 1}};
  ConversationScoring scoring;
  scoring.weights = {.own = 1, .session_best = 1};
  ConversationScratch scratch;
  index.score(query, scoring, scratch);
  const std::vector<float> before(scratch.scores().begin(), scratch.scores().end());

  Favourite favourite(28);
  scoring.candidate_signal = &favourite;
  scoring.candidates = 10;
  index.score(query, scoring, scratch);
  EXPECT_EQ(favourite.asked.size(), 10);
  for (const DocId doc : favourite.asked) EXPECT_EQ(doc % 4, 0) << doc;
  EXPECT_EQ(favourite.sampled.size(), 40) << "few messages stand for themselves";
  EXPECT_GT(scratch.scores()[28], before[28] + 10) << "its own value, and its session's";
  EXPECT_GT(scratch.scores()[21], before[21]) << "the same session";
  EXPECT_LT(scratch.scores()[1], before[1]) << "another";

  const auto hits = index.search(query, scoring, 1, scratch);
  ASSERT_EQ(hits.front().doc, 28);
  const HitParts& parts = hits.front().parts;
  EXPECT_NEAR(hits.front().score, parts.own + parts.window + parts.session_best + parts.candidate, 1e-4);
  EXPECT_EQ(parts.candidate, 10);
}

TEST(ConversationScore, ASampleIsRunsOfNeighboursFromEverywhere) {
  ConversationIndex index;
  for (DocId doc = 0; doc < 2'000; ++doc) index.add({.terms = Terms{1}, .session = doc / 25, .order = doc});
  ConversationScoring scoring;
  ConversationScratch scratch;
  Favourite favourite(0);
  scoring.candidate_signal = &favourite;
  index.score(std::vector<QueryTerm>{{1, 1}}, scoring, scratch);
  const std::vector<DocId>& sample = favourite.sampled;
  ASSERT_GT(sample.size(), 150);
  ASSERT_LT(sample.size(), 300);
  EXPECT_LT(sample.front(), 100);
  EXPECT_GT(sample.back(), 1'900);
  std::size_t neighbours = 0;
  for (std::size_t at = 1; at < sample.size(); ++at) neighbours += sample[at] == sample[at - 1] + 1 ? 1 : 0;
  EXPECT_GT(neighbours, sample.size() / 2);
}

TEST(ConversationScore, ASampleIsTheSameInWhateverOrderTheConversationsCame) {
  constexpr std::uint32_t kSessions = 80;
  constexpr std::int64_t kEach = 25;
  // The times of the sampled messages, which tell them apart.
  const auto sampled = [](bool backwards) {
    ConversationIndex index;
    std::vector<std::int64_t> times;
    for (std::uint32_t number = 0; number < kSessions; ++number) {
      const std::int64_t day = backwards ? kSessions - 1 - number : number;
      for (std::int64_t place = 0; place < kEach; ++place) {
        times.push_back(day * kEach + place);
        index.add({.terms = Terms{1}, .session = number, .order = place, .time = times.back()});
      }
    }
    ConversationScoring scoring;
    ConversationScratch scratch;
    Favourite favourite(0);
    scoring.candidate_signal = &favourite;
    index.score(std::vector<QueryTerm>{{1, 1}}, scoring, scratch);
    std::vector<std::int64_t> of_sample;
    for (const DocId doc : favourite.sampled) of_sample.push_back(times[doc]);
    return of_sample;
  };
  EXPECT_LT(sampled(false).size(), 300);
  EXPECT_EQ(sampled(false), sampled(true));
}

}  // namespace
}  // namespace holdfast::search
