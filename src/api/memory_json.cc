#include "api/memory_json.h"

#include <boost/json/array.hpp>

#include "language/secrets.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& items) {
  json::array array;
  for (const std::string& item : items) array.emplace_back(item);
  return array;
}

json::array ids(const std::vector<Id>& items) {
  json::array array;
  for (const Id& item : items) array.emplace_back(item.to_string());
  return array;
}

json::value optional_id(const std::optional<Id>& id) {
  return id ? json::value(id->to_string()) : json::value(nullptr);
}

json::array stages_json(const std::vector<StageTime>& stages) {
  json::array array;
  for (const StageTime& stage : stages) {
    json::object item;
    item["stage"] = stage.stage;
    if (!stage.model.empty()) item["model"] = stage.model;
    item["startMs"] = static_cast<double>(stage.start_us) / 1000;
    item["endMs"] = static_cast<double>(stage.end_us) / 1000;
    if (stage.call) {
      item["call"] = true;
      item["promptTokens"] = stage.prompt_tokens;
      item["completionTokens"] = stage.completion_tokens;
    }
    if (!stage.note.empty()) item["note"] = stage.note;
    array.push_back(std::move(item));
  }
  return array;
}

std::string_view kind_name(memory::QuestionKind kind) {
  using enum memory::QuestionKind;
  switch (kind) {
    case kLookup:
      return "lookup";
    case kWhen:
      return "when";
    case kHowLong:
      return "how long";
    case kHowMany:
      return "how many";
    case kWho:
      return "who";
    case kWhere:
      return "where";
    case kRule:
      return "rule";
    case kHistory:
      return "history";
    case kList:
      return "list";
    case kYesNo:
      return "yes or no";
  }
  return "lookup";
}

json::object query_json(const memory::AnalysedQuery& query) {
  json::object object;
  object["kind"] = kind_name(query.kind);
  object["topicKeys"] = texts(query.topic_keys);
  json::array terms;
  for (const memory::WeightedTerm& term : query.terms)
    terms.push_back(json::object{{"term", term.term}, {"weight", term.weight}});
  object["terms"] = std::move(terms);
  object["names"] = texts(query.names);
  if (query.asked_time) {
    object["askedTime"] =
        json::object{{"from", format_iso(query.asked_time->first)}, {"to", format_iso(query.asked_time->second)}};
  }
  object["aboutPast"] = query.about_past;
  object["hypothetical"] = query.hypothetical;
  return object;
}

json::object candidate_json(const memory::RecallCandidate& candidate, bool explain) {
  json::object object;
  object["id"] = candidate.id.to_string();
  object["summary"] = candidate.summary;
  object["sessionId"] = session_json(candidate.session_id);
  object["score"] = candidate.score;
  if (!explain) return object;
  const bool is_memory = candidate.kind == memory::RecallCandidate::Kind::kMemory;
  object["kind"] = is_memory ? "memory" : "message";
  json::object channels;
  for (const memory::ChannelHit& hit : candidate.channels)
    channels[hit.channel] = json::object{{"rank", hit.rank}, {"score", hit.score}, {"weight", hit.weight}};
  object["channels"] = std::move(channels);
  json::array sources;
  for (std::size_t i = 0; i < candidate.sources.size(); ++i)
    sources.push_back(source_json(candidate.sources[i], candidate.source_lines[i]));
  object["sources"] = std::move(sources);
  if (candidate.superseded) object["superseded"] = true;
  return object;
}

}  // namespace

json::value session_json(std::string_view session_id) {
  return session_id.empty() ? json::value(nullptr) : json::value(session_id);
}

json::object to_json(const memory::Memory& memory, Detail detail) {
  json::object object;
  object["id"] = memory.id.to_string();
  object["type"] = memory::to_string(memory.type);
  object["summary"] = language::redact_secrets(memory.summary);
  if (detail != Detail::kListed) object["content"] = memory.content;
  object["sessionId"] = session_json(memory.session_id);
  object["createdAt"] = format_iso(memory.created_at);
  object["updatedAt"] = format_iso(memory.updated_at);
  return object;
}

json::object to_json(const memory::VerboseMemory& verbose, Detail detail) {
  json::object object = to_json(verbose.memory, detail);
  if (detail != Detail::kVerbose) return object;
  const memory::Memory& memory = verbose.memory;
  object["name"] = memory.name.empty() ? json::value(nullptr) : json::value(memory.name);
  object["topicKey"] = memory.topic_key.empty() ? json::value(nullptr) : json::value(memory.topic_key);
  object["keywords"] = texts(memory.keywords);
  object["queries"] = texts(memory.queries);
  object["derivations"] = texts(memory.derivations);
  object["supersedes"] = optional_id(verbose.supersedes);
  object["supersededBy"] = optional_id(memory.superseded_by);
  json::array sources;
  for (std::size_t i = 0; i < verbose.sources.size(); ++i)
    sources.push_back(source_json(verbose.sources[i], memory.sources[i]));
  object["sources"] = std::move(sources);
  return object;
}

json::object to_json(const memory::Message& message) {
  json::object object;
  object["id"] = message.id.to_string();
  object["sessionId"] = message.session_id;
  object["role"] = memory::to_string(message.role);
  if (!message.name.empty()) object["name"] = message.name;
  object["content"] = message.content;
  object["timestamp"] = format_iso(message.timestamp);
  object["position"] = message.position;
  return object;
}

json::object source_json(const memory::Message& message, const memory::Source& lines) {
  json::object object = to_json(message);
  object.erase("position");
  object["lines"] = json::array{lines.line_from, lines.line_to};
  return object;
}

json::object to_json(const memory::NamespaceRecord& record) {
  return {{"id", record.id.to_string()},
          {"name", record.name},
          {"account_id", record.account},
          {"created_at", format_iso(record.created_at)},
          {"updated_at", format_iso(record.updated_at)}};
}

json::object to_json(const memory::ProfileRecord& record) {
  return {{"name", record.name}, {"createdAt", format_iso(record.created_at)}};
}

json::object to_json(const memory::SessionInfo& session) {
  const auto time = [&](TimeMs at) {
    return session.messages == 0 ? json::value(nullptr) : json::value(format_iso(at));
  };
  return {{"id", session.id},
          {"messages", session.messages},
          {"memories", session.memories},
          {"firstAt", time(session.first_at)},
          {"lastAt", time(session.last_at)}};
}

json::object to_json(const memory::ProfileStatus& status) {
  json::object object{{"messages", status.messages},
                      {"memories", status.memories},
                      {"sessions", status.sessions},
                      {"jobs_pending", status.jobs_pending},
                      {"vectors_pending", status.vectors_pending},
                      {"bytes", status.bytes}};
  if (status.used.empty()) return object;  // no model was ever asked
  json::array models;
  for (const models::StageUsage& used : status.used) {
    models.push_back(json::object{{"stage", used.stage},
                                  {"model", used.model},
                                  {"calls", used.calls},
                                  {"promptTokens", used.usage.prompt_tokens},
                                  {"completionTokens", used.usage.completion_tokens}});
  }
  object["models"] = std::move(models);
  return object;
}

json::object to_json(const memory::Job& job) {
  json::object object;
  object["id"] = job.id.to_string();
  object["state"] = memory::to_string(job.state);
  object["sessionId"] = session_json(job.session_id);
  object["attempts"] = job.attempts;
  object["createdAt"] = format_iso(job.created_at);
  object["finishedAt"] = job.finished_at == 0 ? json::value(nullptr) : json::value(format_iso(job.finished_at));
  if (!job.detail.empty()) object["detail"] = job.detail;
  return object;
}

json::object to_json(const memory::IngestReport& report) {
  json::object object;
  object["sessionId"] = session_json(report.session_id);
  object["messages"] = json::object{{"stored", ids(report.messages_stored)},
                                    {"skipped", report.messages_known},
                                    {"forgotten", report.messages_buried}};
  json::array dropped;
  for (const auto* list : {&report.dropped, &report.placed.dropped}) {
    for (const memory::Dropped& item : *list) {
      json::object entry;
      entry["content"] = language::redact_secrets(item.content);
      entry["reason"] = item.reason;
      entry["stage"] = item.stage;
      if (!item.model.empty()) entry["model"] = item.model;
      dropped.push_back(std::move(entry));
    }
  }
  object["memories"] = json::object{{"stored", ids(report.placed.stored)},
                                    {"confirmed", ids(report.placed.confirmed)},
                                    {"superseded", ids(report.placed.superseded)},
                                    {"dropped", std::move(dropped)}};
  object["jobId"] = optional_id(report.job);
  object["stages"] = stages_json(report.stages);
  return object;
}

json::object to_json(const memory::RecallAnswer& answer, bool explain) {
  json::object object;
  object["answer"] = answer.answer;
  object["count"] = answer.candidates.size();
  json::array candidates;
  for (const memory::RecallCandidate& candidate : answer.candidates)
    candidates.push_back(candidate_json(candidate, explain));
  object["candidates"] = std::move(candidates);
  if (!explain) return object;
  object["query"] = query_json(answer.query);
  json::array facts;
  for (const memory::TemporalFact& fact : answer.facts)
    facts.push_back(json::object{{"text", fact.text}, {"candidates", ids(fact.candidates)}});
  object["temporalFacts"] = std::move(facts);
  object["stages"] = stages_json(answer.stages);
  return object;
}

}  // namespace holdfast::api
