#include "memory/profile/profile_index.h"

#include <algorithm>
#include <cmath>

#include "base/time.h"
#include "language/words.h"
#include "memory/profile/message_cues.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {
namespace {

// A session's own ratio of lengths counts like the whole profile's once it has this many messages.
constexpr double kSessionPrior = 8;

// Speakers that have no name. The colon keeps them apart from names, which never contain one.
std::string_view unnamed(Role role) {
  switch (role) {
    case Role::kSystem:
      return ":system";
    case Role::kUser:
      return ":user";
    case Role::kAssistant:
      return ":assistant";
  }
  return ":user";
}

std::int32_t day_number(TimeMs time) { return static_cast<std::int32_t>(time / kDayMs - (time % kDayMs < 0 ? 1 : 0)); }

}  // namespace

void ProfileIndex::Lengths::change(Role role, std::size_t bytes, int by) {
  const std::size_t side = role == Role::kUser ? 0 : 1;
  const auto bucket = static_cast<std::size_t>(4 * std::log1p(static_cast<double>(bytes)));
  counts[side][std::min(bucket, kBuckets - 1)] += static_cast<std::uint32_t>(by);
  totals[side] += static_cast<std::uint32_t>(by);
}

double ProfileIndex::Lengths::log_ratio() const {
  if (totals[0] == 0 || totals[1] == 0) return 0;
  std::array<double, 2> medians = {};
  for (std::size_t side = 0; side < 2; ++side) {
    std::uint64_t below = 0;
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
      const std::uint64_t here = counts[side][bucket];
      if (2 * (below + here) >= totals[side] && here > 0) {
        const double within =
            (static_cast<double>(totals[side]) / 2 - static_cast<double>(below)) / static_cast<double>(here);
        medians[side] = (static_cast<double>(bucket) + within) / 4;
        break;
      }
      below += here;
    }
  }
  return medians[1] - medians[0];
}

void ProfileIndex::add_terms(std::string_view text, std::vector<search::TermId>& out) {
  language::for_each_word(text, [&](const language::Word& word) {
    const auto terms = words_.terms(words_.look_up(word, vocabulary_));
    out.insert(out.end(), terms.begin(), terms.end());
  });
}

std::uint32_t ProfileIndex::session_number(const std::string& session_id) {
  const auto [place, fresh] =
      session_numbers_.try_emplace(session_id, static_cast<std::uint32_t>(session_lengths_.size()));
  if (fresh) session_lengths_.emplace_back();
  return place->second;
}

std::uint32_t ProfileIndex::speaker_number(std::string_view speaker) {
  const auto number = static_cast<std::uint32_t>(speaker_numbers_.size());
  const auto [place, fresh] = speaker_numbers_.try_emplace(std::string(speaker), number);
  if (fresh && !speaker.starts_with(':')) {
    language::for_each_word(speaker, [&](const language::Word& word) {
      auto& speakers = speakers_by_word_[std::string(word.text)];
      if (speakers.empty() || speakers.back() != number) speakers.push_back(number);
    });
  }
  return place->second;
}

void ProfileIndex::message(const Message& message) {
  const std::optional<search::DocId> before = find_message(message.id);
  if (before) unlink_message(*before);
  search::MessageEntry entry;
  CueReader cues(message.content, message.role);
  terms_.clear();
  if (!message.name.empty()) add_terms(message.name, terms_);
  language::for_each_word(message.content, [&](const language::Word& word) {
    const WordCache::Entry& known = words_.look_up(word, vocabulary_);
    const auto terms = words_.terms(known);
    terms_.insert(terms_.end(), terms.begin(), terms.end());
    if (!word.part) cues.word(word, known.classes);
  });
  cues.finish(terms_.size(), entry.features);
  const std::string_view label = message.name.empty() ? speaker_label(message.content) : message.name;
  entry.features.speaker = speaker_number(label.empty() ? unnamed(message.role) : label);
  entry.features.day = day_number(message.timestamp);
  entry.terms = terms_;
  entry.session = session_number(message.session_id);
  entry.order = message.position;
  entry.time = message.timestamp;

  const search::DocId doc = messages_.add(entry);
  message_ids_.resize(doc + 1);
  message_bytes_.resize(doc + 1);
  message_ids_[doc] = message.id;
  message_bytes_[doc] = static_cast<std::uint32_t>(message.content.size());
  message_docs_[message.id] = doc;
  if (before)
    embeddings_.move_message(*before, doc);
  else
    embeddings_.add_message(doc);
  count_length(doc, 1);
  refresh_neighbour_cues(doc);
  if (const search::DocId next = messages_.next(doc); next != search::kNoDoc) refresh_neighbour_cues(next);
  const std::int32_t day = entry.features.day;
  days_ = days_ ? std::pair(std::min(days_->first, day), std::max(days_->second, day)) : std::pair(day, day);
}

void ProfileIndex::count_length(search::DocId doc, int by) {
  const search::Features& features = messages_.features(doc);
  const Role role = (features.flags & bit(MessageCue::kUser)) != 0 ? Role::kUser : Role::kAssistant;
  session_lengths_[messages_.session(doc)].change(role, message_bytes_[doc], by);
  all_lengths_.change(role, message_bytes_[doc], by);
  const std::int64_t length = features.counts[kLogLength];
  length_sum_ += by * length;
  length_squares_ += by * length * length;
}

void ProfileIndex::refresh_neighbour_cues(search::DocId doc) {
  search::Features features = messages_.features(doc);
  features.flags &= ~(bit(MessageCue::kFirstOfSession) | bit(MessageCue::kOtherJustAsked));
  const search::DocId previous = messages_.previous(doc);
  if (previous == search::kNoDoc) {
    features.flags |= bit(MessageCue::kFirstOfSession);
  } else {
    const search::Features& before = messages_.features(previous);
    if ((before.flags & bit(MessageCue::kQuestionMark)) != 0 && before.speaker != features.speaker) {
      features.flags |= bit(MessageCue::kOtherJustAsked);
    }
  }
  messages_.set_features(doc, features);
}

void ProfileIndex::deleted_message(const Id& id) {
  const std::optional<search::DocId> doc = find_message(id);
  if (!doc) return;
  unlink_message(*doc);
  embeddings_.remove_message(*doc);
}

void ProfileIndex::unlink_message(search::DocId doc) {
  const search::DocId next = messages_.next(doc);
  count_length(doc, -1);
  messages_.remove(doc);
  message_docs_.erase(message_ids_[doc]);
  if (next != search::kNoDoc) refresh_neighbour_cues(next);
}

void ProfileIndex::memory(const Memory& memory) {
  const std::optional<search::DocId> before = find_memory(memory.id);
  if (before) unlink_memory(*before);
  std::array<std::vector<search::TermId>, search::kMaxFields> fields;
  add_terms(memory.content, fields[kContentField]);
  add_terms(memory.summary, fields[kSummaryField]);
  add_terms(memory.name, fields[kKeywordField]);
  for (const std::string& keyword : memory.keywords) add_terms(keyword, fields[kKeywordField]);
  for (const std::string& query : memory.queries) add_terms(query, fields[kQueryField]);
  std::vector<search::TermId> topic;
  if (!memory.topic_key.empty()) {
    for (const std::string& term : topic_terms(memory.topic_key)) topic.push_back(vocabulary_.intern(term));
    fields[kKeywordField].insert(fields[kKeywordField].end(), topic.begin(), topic.end());
  }
  std::array<search::FieldTerms, search::kMaxFields> parts;
  for (std::size_t field = 0; field < parts.size(); ++field) {
    parts[field] = {.field = static_cast<std::uint8_t>(field), .terms = fields[field]};
  }
  const search::DocId doc = memories_.add(parts);
  memory_entries_.resize(doc + 1);
  memory_entries_[doc] = {.id = memory.id,
                          .created_at = memory.created_at,
                          .position = memory.position,
                          .type = memory.type,
                          .superseded = !memory.current(),
                          .has_sources = !memory.sources.empty()};
  memory_docs_[memory.id] = doc;
  if (before)
    embeddings_.move_memory(*before, doc, memory.current(), hash_of_texts(memory));
  else
    embeddings_.add_memory(doc, memory.current(), hash_of_texts(memory));
  if (!memory.topic_key.empty()) {
    topic_of_[doc] = memory.topic_key;
    topics_.add(memory.topic_key, std::move(topic));
  }
}

void ProfileIndex::deleted_memory(const Id& id) {
  const std::optional<search::DocId> doc = find_memory(id);
  if (!doc) return;
  unlink_memory(*doc);
  embeddings_.remove_memory(*doc);
}

void ProfileIndex::unlink_memory(search::DocId doc) {
  memories_.remove(doc);
  if (const auto topic = topic_of_.find(doc); topic != topic_of_.end()) {
    topics_.remove(topic->second);
    topic_of_.erase(topic);
  }
  memory_docs_.erase(memory_entries_[doc].id);
}

void ProfileIndex::vectors(const VectorRow& row) {
  if (row.key.kind == OwnerKind::kMessage) {
    if (const auto doc = find_message(row.key.owner)) embeddings_.set_message(*doc, row);
  } else if (const auto doc = find_memory(row.key.owner)) {
    embeddings_.set_memory(*doc, row);
  }
}

void ProfileIndex::deleted_vectors(const VectorKey& key) {
  if (key.kind == OwnerKind::kMessage) {
    if (const auto doc = find_message(key.owner)) embeddings_.drop_message(*doc);
  } else if (const auto doc = find_memory(key.owner)) {
    embeddings_.drop_memory(*doc);
  }
}

std::optional<search::DocId> ProfileIndex::find_memory(const Id& id) const {
  const auto found = memory_docs_.find(id);
  return found == memory_docs_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<search::DocId> ProfileIndex::find_message(const Id& id) const {
  const auto found = message_docs_.find(id);
  return found == message_docs_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::uint32_t> ProfileIndex::speakers_named(std::string_view folded_word) const {
  const auto found = speakers_by_word_.find(std::string(folded_word));
  return found == speakers_by_word_.end() ? std::vector<std::uint32_t>{} : found->second;
}

double ProfileIndex::length_ratio(std::uint32_t session) const {
  const Lengths& own = session_lengths_[session];
  const double count = own.size();
  return (own.log_ratio() * count + all_lengths_.log_ratio() * kSessionPrior) / (count + kSessionPrior);
}

double ProfileIndex::length_deviation() const {
  const auto count = static_cast<double>(messages_.size());
  if (count < 2) return 1;
  const double mean = static_cast<double>(length_sum_) / count;
  return std::max(1.0, std::sqrt(std::max(0.0, static_cast<double>(length_squares_) / count - mean * mean)));
}

std::size_t ProfileIndex::bytes() const {
  // Of a node of the unordered maps above beside its value: a pointer to the next, the hash, its share of the buckets.
  constexpr std::size_t kNode = 32;
  return embeddings_.bytes() + vocabulary_.bytes() + words_.bytes() + memories_.bytes() + messages_.bytes() +
         memory_entries_.capacity() * sizeof(MemoryEntry) +
         message_ids_.capacity() * (sizeof(Id) + sizeof(std::uint32_t)) +
         (memory_docs_.size() + message_docs_.size()) * (sizeof(Id) + sizeof(search::DocId) + kNode) +
         topic_of_.size() * (2 * sizeof(std::string) + 4 * kNode) +
         session_lengths_.capacity() * (sizeof(Lengths) + sizeof(std::string) + kNode) +
         speaker_numbers_.size() * 2 * (sizeof(std::string) + kNode);
}

void ProfileIndex::shrink_to_fit() {
  embeddings_.shrink_to_fit();
  vocabulary_.shrink_to_fit();
  words_.shrink_to_fit();
  memories_.shrink_to_fit();
  messages_.shrink_to_fit();
  memory_entries_.shrink_to_fit();
  message_ids_.shrink_to_fit();
  message_bytes_.shrink_to_fit();
}

}  // namespace holdfast::memory
