#include "memory/ingest/pair_cues.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

#include "memory/ingest/pair_values.h"
#include "memory/ingest/tokens.h"

namespace holdfast::memory {
namespace {

constexpr std::string_view kGone =
    "gone out away over longer stopped stops stop quit quits dropped removed retired ended ends finished anymore "
    "cancelled canceled deleted killed replaced replaces left off dead obsolete sold expired scrapped died lost";
constexpr std::string_view kAdds = "also too another second additionally besides plus third extra both additional";
constexpr std::string_view kCorrects = "correction actually wait meant sorry wrong mistake typo oops mixed misread";
constexpr double kNamedAround = 0.3;  // a shared word beside the part, against 0.35 and more for one in it
constexpr std::string_view kOpens = "planned plan will next want wants maybe probably should soon need needs todo";

bool has_pair(const PartView& part, std::string_view first, std::string_view second) {
  for (std::size_t i = 0; i + 1 < part.words.size(); ++i)
    if (is_one_of(part.words[i], first) && is_one_of(part.words[i + 1], second)) return true;
  return false;
}

// Whether the words two parts share are all names: they speak of one person, but perhaps of other things.
bool shares_only_names(const PartView& newer, const PartView& older) {
  std::string names;
  for (const std::string& name : newer.names) names += name + ' ';
  return std::all_of(newer.topics.begin(), newer.topics.end(), [&](const TopicTerm& term) {
    const bool common = std::any_of(older.topics.begin(), older.topics.end(),
                                    [&](const TopicTerm& other) { return other.term == term.term; });
    return !common || names.find(term.term.substr(0, 4)) != std::string::npos;
  });
}

// Whether the newer part says that a thing both speak of is gone: "celery is going away", "quit the café".
bool says_gone(const PartView& newer, const PartView& older) {
  for (std::size_t i = 0; i < newer.words.size(); ++i) {
    if (!is_one_of(newer.words[i], kGone)) continue;
    const std::size_t first = i < 4 ? 0 : i - 4;
    for (std::size_t k = first; k < std::min(i + 5, newer.words.size()); ++k) {
      const std::string& word = newer.words[k];
      if (word.size() < 3 || is_one_of(word, kGone)) continue;
      if (std::find(older.words.begin(), older.words.end(), word) != older.words.end() &&
          any_pair(newer.topics, older.topics, [&](const TopicTerm& x, const TopicTerm& y) {
            return x.term == y.term && word.starts_with(x.term.substr(0, 4));
          }))
        return true;
    }
  }
  return false;
}

void add_cues_of_newer(const PartView& part, const Comparable& whole, CueRow& row) {
  row.add("new_change", part.cues.has(Cue::kChange));
  row.add("new_strong", part.cues.has(Cue::kStrongChange));
  row.add("new_done", part.cues.has(Cue::kDone));
  row.add("new_cancels", part.cues.has(Cue::kCancels));
  row.add("new_retracts", whole.cues.has(Cue::kRetracts));
  row.add("new_negation", part.cues.has(Cue::kNegation));
  row.add("new_decides", part.cues.has(Cue::kDecides));
  row.add("new_always", part.cues.has(Cue::kAlways));
  row.add("new_forbids", part.cues.has(Cue::kForbids));
  row.add("new_future", part.cues.has(Cue::kFuture));
  row.add("new_past", part.cues.has(Cue::kPast));
  row.add("new_unsure", part.cues.any(Cue::kUnsure, Cue::kHypothetical));
  row.add("new_setup", part.cues.any(Cue::kSetup, Cue::kIdentity));
  row.add("new_message_change", whole.cues.any(Cue::kChange, Cue::kStrongChange));
  row.add("new_now", has_word(part, "now since"));
  row.add("new_stays", has_word(part, kStays));
  row.add("new_exception", std::any_of(whole.parts.begin(), whole.parts.end(), [&](const PartView& other) {
            return &other != &part && (has_word(other, kStays) || has_pair(other, "only except", "for on in if when"));
          }));
  row.add("new_only_for", has_pair(part, "only except", "for on in if when") || has_word(part, "except"));
  row.add("new_adds", has_word(part, kAdds));
  row.add("new_back", has_pair(part, "back", "to on at in"));
  row.add("new_only", has_word(part, "only"));
  row.add("new_instead", has_word(part, "instead rather"));
  row.add("new_corrects", has_word(whole.parts.front(), kCorrects) || has_word(part, kCorrects));
  row.add("new_only_now", has_word(part, "now") && has_word(part, "only"));
  row.add("new_short", whole.memory->content.size() < 70);
  row.add("new_event", whole.memory->type == MemoryType::kEvent);
  row.add("new_task", whole.memory->type == MemoryType::kTask);
  row.add("new_instruction", whole.memory->type == MemoryType::kInstruction);
}

void add_cues_of_older(const PartView& part, const Comparable& whole, CueRow& row) {
  row.add("old_open", part.cues.any(Cue::kOpen, Cue::kUnfinished) || has_word(part, kOpens));
  row.add("old_for_now", has_pair(part, "for not so", "now yet far"));
  row.add("old_unsure", part.cues.any(Cue::kUnsure, Cue::kHypothetical));
  row.add("old_always", part.cues.has(Cue::kAlways));
  row.add("old_forbids", part.cues.has(Cue::kForbids));
  row.add("old_setup", part.cues.any(Cue::kSetup, Cue::kIdentity));
  row.add("old_past", part.cues.has(Cue::kPast));
  row.add("old_task", whole.memory->type == MemoryType::kTask);
  row.add("old_instruction", whole.memory->type == MemoryType::kInstruction);
}

}  // namespace

double usual_likeness(std::span<const Likeness> likenesses) {
  constexpr std::size_t kFew = 5;
  std::vector<double> cosines;
  for (const Likeness& likeness : likenesses)
    if (likeness.known) cosines.push_back(likeness.message);
  if (cosines.size() < 2) return 0;
  std::sort(cosines.begin(), cosines.end(), std::greater<>());
  const std::size_t few = std::min(kFew, cosines.size() - 1);
  double sum = 0;
  for (std::size_t i = 1; i <= few; ++i) sum += cosines[i];
  return sum / static_cast<double>(few);
}

double shared_weight(const std::vector<TopicTerm>& a, const std::vector<TopicTerm>& b) {
  double sum = 0;
  for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end();) {
    if (i->term < k->term) {
      ++i;
    } else if (k->term < i->term) {
      ++k;
    } else {
      sum += i->weight;
      ++i;
      ++k;
    }
  }
  return sum;
}

namespace {

// Of the topic terms of both, weighted: what they share, each the less the more of the other memories have it too.
double shared_rarity(const std::vector<TopicTerm>& newer, const std::vector<TopicTerm>& older,
                     const PairContext& context) {
  double sum = 0;
  for (auto i = newer.begin(), k = older.begin(); i != newer.end() && k != older.end();) {
    if (i->term < k->term) {
      ++i;
    } else if (k->term < i->term) {
      ++k;
    } else {
      std::size_t count = 1;
      if (context.occurrences != nullptr)
        if (const auto found = context.occurrences->find(i->term); found != context.occurrences->end())
          count = std::max<std::size_t>(1, found->second);
      sum += static_cast<double>(i->weight) / static_cast<double>(count);
      ++i;
      ++k;
    }
  }
  return sum;
}

// A part's share in another's words, with what else speaks for their being about one thing.
double part_closeness(const PartView& newer, const PartView& older) {
  const double common = shared_weight(newer.topics, older.topics);
  const double smaller = std::min(total_weight(newer.topics), total_weight(older.topics));
  const ValuesCompared values = compare_values(newer.values, older.values);
  const ClassesCompared classes = compare_classes(newer, older);
  // Who or what a sentence is about may stand in another part than what it says of it: "sami: year 2, gym on wed".
  const double named = std::min(shared_weight(newer.topics, older.around), 2.0);
  double score = common / (1 + smaller) + 0.1 * common + kNamedAround * named;
  if (values.same_owner || values.same_unit) score += 0.3;
  if (values.any_other) score += common + named > 0 ? 0.35 : 0.1;
  if (classes.other_one) score += 0.4;
  if (classes.other_several) score += 0.15;
  if (denies_old(newer, older)) score += 0.4;
  return score;
}

}  // namespace

double closeness(const Comparable& newer, const Comparable& older) {
  double best = 0;
  for (const PartView& now : newer.parts)
    for (const PartView& before : older.parts) best = std::max(best, part_closeness(now, before));
  return best;
}

std::size_t aligned_part(const Comparable& newer, std::size_t at, const Comparable& older) {
  std::size_t best = 0;
  double score = -1;
  for (std::size_t i = 0; i < older.parts.size(); ++i) {
    const double now = part_closeness(newer.parts[at], older.parts[i]);
    if (now <= score) continue;
    score = now;
    best = i;
  }
  return best;
}

CueRow pair_cues(const Comparable& newer, std::size_t at, const Comparable& older, std::size_t beside,
                 const PairContext& context) {
  const PartView& now = newer.parts[at];
  const PartView& before = older.parts[beside];
  const double common = shared_weight(now.topics, before.topics);
  const double of_now = total_weight(now.topics);
  const double of_before = total_weight(before.topics);
  const double cover = common / std::max(0.5, std::min(of_now, of_before));
  const double message_common = shared_weight(newer.topics, older.topics);
  const double message_cover =
      message_common / std::max(0.5, std::min(total_weight(newer.topics), total_weight(older.topics)));
  const ValuesCompared values = compare_values(now.values, before.values);
  const ClassesCompared classes = compare_classes(now, before);
  const bool denies = denies_old(now, before);
  const bool gone = says_gone(now, before);
  const bool change = now.cues.any(Cue::kChange, Cue::kStrongChange);
  const bool names_other = conflict(now.names, before.names);

  CueRow row;
  row.add("cover", cover);
  row.add("cover_newer", common / std::max(0.5, of_now));
  row.add("cover_older", common / std::max(0.5, of_before));
  row.add("jaccard", common / std::max(0.5, of_now + of_before - common));
  row.add("shared", std::min(common, 4.0));
  row.add("shared_two", common >= 2);
  row.add("message_cover", message_cover);
  row.add("message_shared", std::min(message_common, 5.0));
  row.add("elsewhere_newer", std::min(shared_weight(now.topics, older.topics) - common, 3.0));
  row.add("elsewhere_older", std::min(shared_weight(before.topics, newer.topics) - common, 3.0));
  const double around = std::min(shared_weight(now.topics, before.around), 3.0);
  row.add("around", around);
  row.add("around_both", std::min(shared_weight(now.around, before.around), 3.0));
  row.add("rarity", std::min(shared_rarity(now.topics, before.topics, context), 3.0));
  row.add("message_rarity", std::min(shared_rarity(newer.topics, older.topics, context), 4.0));
  row.add("nothing_shared", message_common <= 0);
  row.add("only_names", common > 0 && shares_only_names(now, before));
  row.add("name_shared", share(now.names, before.names));
  row.add("name_conflict", names_other);

  const auto other = [&](ValueKind kind) { return values.other[static_cast<std::size_t>(kind)]; };
  row.add("other_day", other(ValueKind::kDay));
  row.add("other_weekday", other(ValueKind::kWeekday));
  row.add("other_time", other(ValueKind::kTime));
  row.add("other_money", other(ValueKind::kMoney));
  row.add("other_version", other(ValueKind::kVersion));
  row.add("other_quantity", other(ValueKind::kQuantity));
  row.add("other_code", other(ValueKind::kCode));
  row.add("other_contact", other(ValueKind::kContact) || other(ValueKind::kPath));
  row.add("other_any", values.any_other);
  row.add("same_unit", values.same_unit);
  row.add("same_owner", values.same_owner);
  row.add("grows", values.grows);
  row.add("repeats", values.repeats);
  row.add("no_value_newer", now.values.empty());
  row.add("no_value_older", before.values.empty());
  row.add("class_other", classes.other_one);
  row.add("class_several", classes.other_several);
  row.add("class_same", classes.same);
  row.add("denies_old", denies);
  row.add("says_gone", gone);

  add_cues_of_newer(now, newer, row);
  add_cues_of_older(before, older, row);
  row.add("negation_differs", now.cues.has(Cue::kNegation) != before.cues.has(Cue::kNegation));
  row.add("forbids_differs", now.cues.has(Cue::kForbids) != before.cues.has(Cue::kForbids));

  row.add("scope_shared", share(now.scopes, before.scopes));
  row.add("scope_conflict", scopes_conflict(now.scopes, before.scopes));
  row.add("scope_one", now.scopes.empty() != before.scopes.empty());
  row.add("relation_shared", share(now.relations, before.relations));
  row.add("relation_conflict", conflict(now.relations, before.relations));
  const bool same_speaker = newer.memory->name == older.memory->name;
  row.add("same_speaker", same_speaker);
  row.add("own_of_another", !same_speaker && now.cues.has(Cue::kFirstPerson) && before.cues.has(Cue::kFirstPerson));
  row.add("same_type", newer.memory->type == older.memory->type);
  const bool keys = !newer.memory->topic_key.empty() && !older.memory->topic_key.empty();
  row.add("key_same", keys && newer.memory->topic_key == older.memory->topic_key);
  row.add("key_other", keys && newer.memory->topic_key != older.memory->topic_key);

  row.add("same_session", context.same_session);
  row.add("log_days", std::log1p(context.days));
  row.add("rank", 1.0 / static_cast<double>(context.rank));
  row.add("margin", context.margin);
  row.add("new_named", !newer.memory->name.empty());
  row.add("log_length_newer", std::log(static_cast<double>(newer.memory->content.size())));
  row.add("log_length_older", std::log(static_cast<double>(older.memory->content.size())));
  row.add("words_part_newer", std::min<double>(static_cast<double>(now.words.size()), 20));
  row.add("words_part_older", std::min<double>(static_cast<double>(before.words.size()), 20));
  row.add("parts_newer", std::min<double>(static_cast<double>(newer.parts.size()), 6));
  row.add("parts_older", std::min<double>(static_cast<double>(older.parts.size()), 6));

  // What only counts together.
  row.add("cover_other", cover * values.any_other);
  row.add("around_other", around * values.any_other);
  row.add("around_class", around * classes.other_one);
  row.add("cover_change", cover * change);
  row.add("cover_name_other", cover * names_other);
  row.add("change_other", change && values.any_other);
  row.add("cover_change_other", cover * (change && values.any_other));
  row.add("cover_unit", cover * (values.same_unit || values.same_owner));
  row.add("cover_negation", cover * (now.cues.has(Cue::kNegation) != before.cues.has(Cue::kNegation)));
  row.add("same_session_cover", cover * context.same_session);

  const bool corrects = has_word(newer.parts.front(), kCorrects) || has_word(now, kCorrects);
  row.add("same_session_change", context.same_session && (change || corrects));
  row.add("corrects_other", corrects && (values.any_other || classes.other_one));
  row.add("version_other_kind", other(ValueKind::kVersion) && (change || corrects));
  row.add("cover_all_newer", of_now > 0 && common >= of_now - 0.01);
  row.add("alone_other", values.any_other && newer.parts.size() == 1);

  const double alike = context.likeness.message;
  const double part = context.likeness.part(at);
  row.add("likeness_known", context.likeness.known);
  row.add("likeness_message", alike);
  row.add("likeness_square", alike * alike);
  row.add("likeness_part", part);
  row.add("likeness_below", alike - context.likest);
  row.add("likeness_above", context.likeness.known ? alike - context.usual : 0.0);
  row.add("likeness_change", part * change);
  row.add("likeness_other", part * values.any_other);
  row.add("likeness_no_words", common > 0 ? 0.0 : part);
  return row;
}

}  // namespace holdfast::memory
