#include "memory/recall/evidence.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "memory/profile/message_cues.h"
#include "memory/recall/channels/channel.h"
#include "memory/recall/meaning.h"
#include "memory/recall/query_vectors.h"
#include "search/late_signal.h"

namespace holdfast::memory {
namespace {

constexpr float kLeftOut = kNoEvidence;
constexpr int kMostYears = 100;  // of a profile; months of further years are not looked at

std::int32_t day_number(std::chrono::year_month_day day) {
  return static_cast<std::int32_t>(std::chrono::sys_days(day).time_since_epoch().count());
}

// What of a name's kind is asked for: capitalised words are more likely to answer.
bool asks_for_name(const AnalysedQuery& query) {
  if (query.kind == QuestionKind::kWho || query.kind == QuestionKind::kWhere) return true;
  return std::ranges::any_of(query.words, [](const std::string& word) {
    return word == "which" || word == "name" || word == "names" || word == "called" || word == "named";
  });
}

bool asks_how_much(const AnalysedQuery& query) { return query.kind == QuestionKind::kHowMany; }

void add_days(const AnalysedQuery& query, const ProfileIndex& index, const weights::Sum& sum,
              search::ConversationScoring& scoring) {
  if (sum.month == 0 || !index.days()) return;
  const auto year_of = [](std::int32_t day) {
    return static_cast<int>(std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day))).year());
  };
  const int first = year_of(index.days()->first);
  const int last = std::min(year_of(index.days()->second), first + kMostYears);
  for (const AskedMonth& asked : query.months) {
    for (int y = first; y <= last; ++y) {
      const std::chrono::year_month month(std::chrono::year(y), std::chrono::month(static_cast<unsigned>(asked.month)));
      const std::int32_t begin = day_number(month / std::chrono::day(1));
      const std::int32_t end = day_number(std::chrono::year_month_day(month / std::chrono::last));
      scoring.days.push_back({.first = begin, .last = end, .weight = sum.month + (asked.year == y ? sum.year : 0)});
      if (asked.day && begin + *asked.day - 1 <= end) {
        scoring.days.push_back({.first = begin + *asked.day - 1, .last = begin + *asked.day - 1, .weight = sum.day});
      }
    }
  }
  if (query.months.empty() && query.asked_time) {
    const auto day = [](TimeMs time) { return day_number(day_of(time)); };
    scoring.days.push_back(
        {.first = day(query.asked_time->first), .last = day(query.asked_time->second - 1), .weight = sum.month});
  }
}

// Of several who are named, the first more likely said it: "what did Anna tell Ben".
void add_speakers(const AnalysedQuery& query, const ProfileIndex& index, float weight,
                  search::ConversationScoring& scoring) {
  std::vector<std::uint32_t> seen;
  for (const std::string& word : query.words) {
    const bool first = seen.empty();
    for (const std::uint32_t speaker : index.speakers_named(word)) {
      if (std::ranges::find(seen, speaker) != seen.end()) continue;
      seen.push_back(speaker);
      scoring.speakers.push_back({.speaker = speaker, .weight = first ? weight : weights::kFurtherSpeaker * weight});
    }
  }
}

search::ConversationScoring scoring_for(const ProfileIndex& index, const AnalysedQuery& query, const weights::Sum& sum,
                                        search::ConversationScoring scoring) {
  scoring.weights = {.window = sum.window,
                     .own = sum.own,
                     .piece = sum.piece,
                     .session = sum.session,
                     .block = sum.block,
                     .session_best = sum.session_best};
  const bool when = query.kind == QuestionKind::kWhen || query.kind == QuestionKind::kHowLong;
  const auto flag = [&scoring](MessageCue cue, float weight) {
    scoring.flag_weights[static_cast<std::size_t>(cue)] += weight;
  };
  flag(MessageCue::kTime, when ? sum.when_time : 0);
  flag(MessageCue::kRelativeTime, sum.relative_time + (when ? sum.when_relative : 0));
  flag(MessageCue::kNumber, sum.any_number + (asks_how_much(query) ? sum.many_number : 0));
  flag(MessageCue::kQuestionMark, sum.question_mark);
  flag(MessageCue::kFirstOfSession, sum.first_of_session);
  flag(MessageCue::kFirstPerson, sum.first_person);
  flag(MessageCue::kOtherJustAsked, sum.other_asked);
  flag(MessageCue::kUser, sum.user);
  flag(MessageCue::kPreference, sum.preference + (query.about_told ? sum.told_rule : 0));
  flag(MessageCue::kStandingRule, sum.standing_rule + (query.advice ? sum.advice_rule : 0));
  flag(MessageCue::kDenial, query.whether ? sum.whether_denial : 0);
  flag(MessageCue::kPerson, sum.person);
  flag(MessageCue::kQuotation, sum.quotation);
  flag(MessageCue::kPlace, sum.place);
  flag(MessageCue::kPast, sum.past);
  flag(MessageCue::kEndsAsQuestion, sum.ends_as_question);
  flag(MessageCue::kReaction, sum.reaction);
  scoring.count_weights[kCapitals] = sum.any_capital + (asks_for_name(query) ? sum.capital : 0);
  scoring.count_weights[kNumbers] = sum.number;
  scoring.count_weights[kLogLength] = (sum.length - sum.shortness) / static_cast<float>(index.length_deviation());
  if (sum.speaker != 0) add_speakers(query, index, sum.speaker, scoring);
  add_days(query, index, sum, scoring);
  return scoring;
}

// One kind of conversation, scored by its own sum.
class Scored {
 public:
  void score(const ProfileIndex& index, const AnalysedQuery& query, const Meaning& meaning, bool only_matched,
             const weights::Sum& sum, const search::Window& window, search::ConversationScoring scoring) {
    scoring = scoring_for(index, query, sum, std::move(scoring));
    scoring.only_matched = only_matched;
    scoring.external = {{.values = meaning.own, .weight = sum.cosine},
                        {.values = meaning.previous, .weight = sum.cosine_previous},
                        {.values = meaning.next, .weight = sum.cosine_next},
                        {.values = meaning.context, .weight = sum.context}};
    std::erase_if(scoring.external, [](const search::ExternalSignal& signal) { return signal.weight == 0; });
    const search::CodeTable& codes = tables_for(index, query).message_codes();
    search::LateSignal late(index.messages(), meaning.late, [&codes](search::DocId doc) { return codes.codes(doc); },
                            {.plain = sum.late, .windowed = sum.late_window, .window = window});
    if (meaning.late.size() > 0) scoring.candidate_signal = &late;
    scoring.candidates = weights::kLateCandidates;
    index.messages().score(query_terms(index, query), scoring, scratch_);
  }
  [[nodiscard]] std::span<const float> scores() const { return scratch_.scores(); }

 private:
  search::ConversationScratch scratch_;
};

// How far each session is a chat with an assistant, 0 to 1.
std::vector<float> chat_shares(const ProfileIndex& index) {
  std::vector<float> shares(index.sessions());
  for (std::uint32_t session = 0; session < shares.size(); ++session) {
    const double x = (index.length_ratio(session) - weights::kChatRatio) / weights::kChatWidth;
    const double share = 1 / (1 + std::exp(-x));
    shares[session] = share < weights::kShareMargin       ? 0.f
                      : share > 1 - weights::kShareMargin ? 1.f
                                                          : static_cast<float>(share);
  }
  return shares;
}

// Where the question asks for what the assistant said, or for a summary, a reply follows the message it answers.
void lift_replies(const search::ConversationIndex& messages, std::vector<float>& scores) {
  for (search::DocId doc = 0; doc < scores.size(); ++doc) {
    if (!messages.contains(doc) || (messages.features(doc).flags & bit(MessageCue::kUser)) != 0) continue;
    const search::DocId previous = messages.previous(doc);
    if (previous == search::kNoDoc || (messages.features(previous).flags & bit(MessageCue::kUser)) == 0) continue;
    scores[doc] = std::max(scores[doc], scores[previous] - weights::kReplyGap);
  }
}

void leave_out_other_days(const ProfileIndex& index, const AnalysedQuery& query, std::vector<float>& scores) {
  search::ConversationScoring asked;
  add_days(query, index, weights::kDialogueWords, asked);
  for (search::DocId doc = 0; doc < scores.size(); ++doc) {
    if (!index.messages().contains(doc)) continue;
    const std::int32_t day = index.messages().features(doc).day;
    const auto covers = [day](const search::DayRange& range) { return range.first <= day && day <= range.last; };
    if (std::ranges::none_of(asked.days, covers)) scores[doc] = kLeftOut;
  }
}

// Of the best `kEvidenceDepth`, the last; the worst there is when there are fewer.
float floor_of(std::vector<float> scores) {
  std::erase(scores, kLeftOut);
  if (scores.empty()) return 0;
  const std::size_t depth = std::min(weights::kEvidenceDepth, scores.size()) - 1;
  std::ranges::nth_element(scores, scores.begin() + static_cast<std::ptrdiff_t>(depth), std::greater<>());
  return scores[depth];
}

}  // namespace

Evidence weigh_messages(const ProfileIndex& index, const AnalysedQuery& query, const weights::Sums* sums) {
  thread_local Scored dialogue;
  thread_local Scored chat;
  const search::ConversationIndex& messages = index.messages();
  const Meaning meaning = meaning_of(index, query);
  if (sums == nullptr)
    sums = !meaning.known() ? &weights::kByWords : knows_tokens(query) ? &weights::kByMeaning : &weights::kByPooled;
  // A question of which nobody said a word may still name a date.
  const std::vector<search::QueryTerm> terms = query_terms(index, query);
  const bool any_known = std::ranges::any_of(
      terms, [&](const search::QueryTerm& term) { return messages.document_frequency(term.term) > 0; });
  const std::vector<float> shares = chat_shares(index);
  bool any_dialogue = false;
  bool any_chat = false;
  for (std::uint32_t session = 0; session < shares.size(); ++session) {
    if (messages.session_messages(session).empty()) continue;
    any_dialogue = any_dialogue || shares[session] < 1;
    any_chat = any_chat || shares[session] > 0;
  }
  const bool only_matched = any_known && !meaning.known();
  if (any_dialogue) {
    dialogue.score(index, query, meaning, only_matched, sums->dialogue, weights::kLateDialogue,
                   search::ConversationScoring::dialogue());
  }
  if (any_chat) {
    chat.score(index, query, meaning, only_matched, sums->chat, weights::kLateChat,
               search::ConversationScoring::chat());
  }

  Evidence evidence;
  evidence.only_chat = any_chat && !any_dialogue;
  std::vector<float>& scores = evidence.scores;
  scores.assign(messages.end_doc(), kLeftOut);
  for (search::DocId doc = 0; doc < scores.size(); ++doc) {
    if (!messages.contains(doc)) continue;
    const float share = shares[messages.session(doc)];
    if (share == 0) {
      scores[doc] = dialogue.scores()[doc];
    } else if (share == 1) {
      scores[doc] = chat.scores()[doc];
    } else {
      const float as_dialogue = dialogue.scores()[doc];
      const float as_chat = chat.scores()[doc];
      const bool left_out = as_dialogue == kLeftOut || as_chat == kLeftOut;
      scores[doc] = left_out ? kLeftOut : share * as_chat + (1 - share) * as_dialogue;
    }
  }
  if (!any_known && !meaning.known()) leave_out_other_days(index, query, scores);
  if (query.about_replies && any_chat) lift_replies(messages, scores);
  evidence.best = scores.empty() ? 0 : std::ranges::max(scores);
  evidence.floor = floor_of(scores);
  for (search::DocId doc = 0; doc < scores.size(); ++doc) {
    if (evidence.of(doc) > 0) evidence.strong.push_back(doc);
  }
  return evidence;
}

double Evidence::of(search::DocId doc) const {
  if (doc >= scores.size() || scores[doc] == kLeftOut || best <= floor) return 0;
  return std::max(0.0, static_cast<double>(scores[doc] - floor) / static_cast<double>(best - floor));
}

}  // namespace holdfast::memory
