#include "memory/model/extracted.h"

#include <algorithm>
#include <optional>
#include <string>

#include "language/words.h"
#include "memory/ingest/speakers.h"
#include "memory/ingest/statement.h"
#include "memory/ingest/support.h"
#include "memory/model/own_words.h"
#include "memory/model/reply.h"

namespace holdfast::memory {
namespace {

// The places in `shown` of an item's sources, each once: what is new goes first, for from context alone comes nothing.
std::vector<std::size_t> sources_of(const boost::json::object& item, std::span<const ShownMessage> shown) {
  std::vector<std::size_t> fresh;
  std::vector<std::size_t> context;
  for (const std::int64_t number : wholes_in(item, "sources")) {
    if (number < 1 || static_cast<std::size_t>(number) > shown.size()) continue;
    const std::size_t place = static_cast<std::size_t>(number) - 1;
    std::vector<std::size_t>& places = shown[place].context ? context : fresh;
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  fresh.insert(fresh.end(), context.begin(), context.end());
  return fresh;
}

Source whole_message(const Message& message) { return {message.id, 1, count_lines(message.content)}; }

// Who states it: of the sources' speakers the one that the item names, else the first one's.
std::string speaker_of(const boost::json::object& item, const Transcript& transcript,
                       std::span<const ShownMessage> shown, const std::vector<std::size_t>& places) {
  const std::string said = language::fold(text_in(item, "speaker"));
  for (const std::size_t place : places) {
    const std::string name = speaker_name(transcript.messages[shown[place].at]);
    if (!name.empty() && language::fold(name) == said) return name;
  }
  return speaker_name(transcript.messages[shown[places.front()].at]);
}

std::optional<Candidate> read_item(const boost::json::object& item, const Transcript& transcript,
                                   std::span<const ShownMessage> shown) {
  Candidate candidate;
  candidate.content = cut_text(text_in(item, "content"), kContentCharacters);
  const std::vector<std::size_t> places = sources_of(item, shown);
  if (candidate.content.empty() || places.empty() || shown[places.front()].context) return std::nullopt;
  for (const std::size_t place : places)
    candidate.sources.push_back(whole_message(transcript.messages[shown[place].at].message));
  Source& first = candidate.sources.front();
  const auto lines = wholes_in(item, "lines");
  if (!lines.empty() && lines.front() >= 1 && lines.back() >= lines.front() && lines.back() <= first.line_to) {
    first.line_from = static_cast<int>(lines.front());
    first.line_to = static_cast<int>(lines.back());
  }
  const Message& message = transcript.messages[shown[places.front()].at].message;
  candidate.time = message.timestamp;
  candidate.position = message.position;
  candidate.name = speaker_of(item, transcript, shown, places);
  candidate.type = parse_memory_type(text_in(item, "type")).value_or(MemoryType::kFact);
  candidate.closes = flag_in(item, "closes");
  return candidate;
}

}  // namespace

Extracted read_extracted(const boost::json::value& reply, const Transcript& transcript,
                         std::span<const ShownMessage> shown, std::string_view stage, std::string_view model) {
  Extracted extracted;
  const auto items = items_in(reply, "memories");
  bool supported = false;
  for (const boost::json::object* item : items) {
    const std::vector<std::size_t> places = sources_of(*item, shown);
    // What another chunk has read already was read rightly.
    supported = supported || (!places.empty() && shown[places.front()].context);
    std::optional<Candidate> candidate = read_item(*item, transcript, shown);
    if (!candidate) continue;
    candidate->stage = stage;
    candidate->model = model;
    // What is left out on purpose was read all the same, if it stands there.
    const bool order = is_machine_order(candidate->content);
    supported = supported || order || check_support(transcript, *candidate).kind != Verdict::Kind::kDrop;
    if (order || (candidate->type == MemoryType::kInstruction && !may_instruct(transcript, *candidate))) continue;
    extracted.candidates.push_back(*std::move(candidate));
  }
  extracted.unusable = !items.empty() && !supported;
  return extracted;
}

}  // namespace holdfast::memory
