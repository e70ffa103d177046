#include "dev/quality/memories.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/utf8.h"
#include "dev/ground.h"
#include "dev/quality/ablation.h"
#include "language/secrets.h"

namespace holdfast::dev::quality {
namespace {

constexpr std::size_t kLongest = 300;  // characters of a memory's content
constexpr std::size_t kPage = 500;
constexpr std::size_t kShown = 160;  // characters of a text in a miss

double share(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

bool has_all(std::string_view text, const Terms& terms) { return count_terms(text, terms) == terms.size(); }

std::string in_words(const Terms& terms) {
  std::string words;
  for (const std::vector<std::string>& alternatives : terms) {
    if (!words.empty()) words += ", ";
    words += fmt::format("{}", fmt::join(alternatives, "|"));
  }
  return "[" + words + "]";
}

Conversation conversation_of(const Case& labelled) {
  Conversation conversation{.id = labelled.id, .batches = {}, .questions = {}};
  for (const CaseSession& session : labelled.sessions) {
    Batch& batch = conversation.batches.emplace_back(Batch{.session = session.id, .messages = {}});
    for (const memory::Message& message : session.messages) {
      batch.messages.push_back({.role = message.role,
                                .content = message.content,
                                .name = message.name,
                                .timestamp = message.timestamp == 0 ? std::nullopt : std::optional(message.timestamp)});
    }
  }
  return conversation;
}

// Messages of a case by what a source shows of them; of equal ones the last.
using Places = std::map<std::tuple<std::string, memory::Role, std::string>, std::string>;

Places places_of(const Case& labelled) {
  Places places;
  for (const CaseSession& session : labelled.sessions)
    for (std::size_t i = 0; i < session.messages.size(); ++i)
      places[{session.id, session.messages[i].role, session.messages[i].content}] = message_key(session, i);
  return places;
}

Result<std::vector<Kept>> list_kept(Room& room, const std::string& profile, const Case& labelled) {
  const Places places = places_of(labelled);
  std::vector<Kept> kept;
  std::map<Id, std::size_t> numbers;
  std::vector<std::optional<Id>> successors;
  memory::MemoryQuery query{.after = {}, .limit = kPage, .session_id = {}, .type = {}};
  query.superseded = query.verbose = true;
  for (bool more = true; more;) {
    HOLDFAST_TRY(const memory::Page<memory::VerboseMemory> page,
                 run_here(room.service().list_memories(Room::address(profile), query)));
    for (const memory::VerboseMemory& item : page.items) {
      const memory::Memory& memory = item.memory;
      numbers.emplace(memory.id, kept.size());
      successors.push_back(memory.superseded_by);
      Kept& one = kept.emplace_back();
      one.text = folded(memory.content + " " + language::redact_secrets(memory.summary));
      one.type = memory::to_string(memory.type);
      one.current = memory.current();
      one.fits = count_code_points(memory.content) <= kLongest;
      for (const memory::Message& source : item.sources) {
        if (const auto place = places.find({source.session_id, source.role, source.content}); place != places.end())
          add_once(one.from, place->second);
      }
      query.after = memory.id;
    }
    more = page.more && !page.items.empty();
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!successors[i]) continue;
    const auto successor = numbers.find(*successors[i]);
    kept[i].replaced_by = successor == numbers.end() ? "(forgotten)" : kept[successor->second].text;
  }
  return kept;
}

struct Heard {
  std::vector<std::string> answers;  // parallel to the case's questions
  std::vector<double> ms;
};

Result<Heard> ask_all(Room& room, const std::string& profile, const Case& labelled,
                      const std::shared_ptr<const memory::RecallTuning>& tuning) {
  Heard heard;
  for (const CaseQuestion& question : labelled.questions) {
    memory::RecallRequest request;
    request.query = question.question;
    request.reference_date = room.now();
    if (!question.reference_date.empty()) {
      HOLDFAST_TRY(request.reference_date, parse_iso(question.reference_date));
    }
    request.tuning = tuning;
    const Stopwatch watch;
    HOLDFAST_TRY(const memory::RecallAnswer answer,
                 run_here(room.service().recall(Room::address(profile), std::move(request))));
    heard.ms.push_back(watch.ms());
    heard.answers.push_back(answer.answer);
  }
  return heard;
}

Result<Answered> answers_with(Room& room, const std::vector<std::string>& profiles, const std::vector<Case>& cases,
                              const Options& options, const std::shared_ptr<const memory::RecallTuning>& tuning) {
  std::vector<Answered> all(cases.size());
  HOLDFAST_CHECK(each(cases.size(), options.jobs, [&](std::size_t i) -> Result<> {
    HOLDFAST_TRY(const Heard heard, ask_all(room, profiles[i], cases[i], tuning));
    for (std::size_t q = 0; q < heard.answers.size(); ++q) {
      ++all[i].asked;
      all[i].right += answers_right(cases[i].questions[q], heard.answers[q]);
    }
    return {};
  }));
  Answered sum;
  for (const Answered& one : all) sum = {.right = sum.right + one.right, .asked = sum.asked + one.asked};
  return sum;
}

// What one case came to.
struct Outcome {
  KeepingCounts counts;
  std::vector<std::string> misses;
  std::vector<Probe> probes;
  std::vector<double> ms;
};

Result<Outcome> measure(Intake& intake, const Case& labelled, const Options& options, const std::string& profile) {
  Outcome outcome;
  HOLDFAST_TRY(const std::vector<Kept> kept, list_kept(intake.room(), profile, labelled));
  outcome.counts = count_kept(labelled, kept, outcome.misses);
  HOLDFAST_TRY(Heard heard, ask_all(intake.room(), profile, labelled, options.tuning));
  outcome.ms = std::move(heard.ms);
  for (std::size_t q = 0; q < labelled.questions.size(); ++q) {
    const CaseQuestion& question = labelled.questions[q];
    Probe& probe = outcome.probes.emplace_back(Probe{.conversation = labelled.id,
                                                     .kind = question.kind,
                                                     .question = question.question,
                                                     .answer = heard.answers[q],
                                                     .wanted = in_words(question.has),
                                                     .right = answers_right(question, heard.answers[q])});
    if (!probe.right)
      outcome.misses.push_back(fmt::format("{} answer: {} | want {} | got {}", labelled.id, probe.question,
                                           probe.wanted, first_code_points(folded(probe.answer), kShown)));
  }
  return outcome;
}

}  // namespace

KeepingCounts& KeepingCounts::operator+=(const KeepingCounts& other) {
  for (const auto field :
       {&KeepingCounts::messages, &KeepingCounts::memories, &KeepingCounts::too_long, &KeepingCounts::junk,
        &KeepingCounts::gold, &KeepingCounts::found, &KeepingCounts::typed, &KeepingCounts::changes,
        &KeepingCounts::superseded, &KeepingCounts::pairs, &KeepingCounts::coexisting})
    this->*field += other.*field;
  return *this;
}

double KeepingCounts::gold_share() const { return share(found, gold); }
double KeepingCounts::typed_share() const { return share(typed, found); }
double KeepingCounts::junk_share() const { return share(junk, memories); }
double KeepingCounts::density() const { return share(memories, messages); }
double KeepingCounts::superseded_share() const { return share(superseded, changes); }
double KeepingCounts::coexisting_share() const { return share(coexisting, pairs); }

KeepingCounts count_kept(const Case& labelled, const std::vector<Kept>& kept, std::vector<std::string>& misses) {
  KeepingCounts counts;
  const auto miss = [&](std::string what) { misses.push_back(labelled.id + " " + std::move(what)); };
  for (const CaseSession& session : labelled.sessions) counts.messages += session.messages.size();
  counts.memories = kept.size();
  for (const Kept& one : kept) {
    counts.too_long += !one.fits;
    if (one.from.empty() ||
        !std::ranges::all_of(one.from, [&](const std::string& from) { return labelled.junk.contains(from); }))
      continue;
    ++counts.junk;
    miss(fmt::format("junk: {}", first_code_points(one.text, kShown)));
  }
  for (const CaseGold& gold : labelled.gold) {
    if (gold.past) continue;
    bool found = false;
    bool typed = false;
    for (const Kept& one : kept) {
      const bool here = std::ranges::any_of(
          one.from, [&](const std::string& from) { return std::ranges::find(gold.from, from) != gold.from.end(); });
      if (!here || !one.fits || !has_all(one.text, gold.must) || has_any(one.text, gold.none)) continue;
      found = true;
      typed = typed || one.type == memory::to_string(gold.type);
    }
    ++counts.gold;
    counts.found += found;
    counts.typed += typed;
    if (!found) {
      miss(fmt::format("missing: {} {} from {}", memory::to_string(gold.type), in_words(gold.must),
                       fmt::join(gold.from, " ")));
    }
  }
  const auto current_has = [&](const Terms& terms) {
    return std::ranges::any_of(kept, [&](const Kept& one) { return one.current && has_all(one.text, terms); });
  };
  // What became of the memories that say something, for whoever reads the misses.
  const auto fate_of = [&](const Terms& terms) {
    std::string fate;
    for (const Kept& one : kept) {
      if (!has_all(one.text, terms)) continue;
      fate += fmt::format("{}{} [{}]", fate.empty() ? "" : "; ", first_code_points(one.text, kShown), one.type);
      if (!one.current) fate += fmt::format(" replaced by: {}", first_code_points(one.replaced_by, kShown));
    }
    return fate.empty() ? std::string("never kept") : fate;
  };
  for (const auto& [before, after] : labelled.supersedes) {
    const auto stale = std::ranges::find_if(kept, [&](const Kept& one) {
      return one.current && (one.type == "fact" || one.type == "instruction") && has_all(one.text, before) &&
             !has_all(one.text, after);
    });
    const bool right = current_has(after) && stale == kept.end();
    ++counts.changes;
    counts.superseded += right;
    if (!right)
      miss(fmt::format("not superseded: {} by {} | stays: {} | new: {}", in_words(before), in_words(after),
                       stale == kept.end() ? "" : first_code_points(stale->text, kShown), fate_of(after)));
  }
  for (const auto& [a, b] : labelled.coexist) {
    const bool right = current_has(a) && current_has(b);
    ++counts.pairs;
    counts.coexisting += right;
    if (!right)
      miss(fmt::format("do not coexist: {} and {} | {} | {}", in_words(a), in_words(b), fate_of(a), fate_of(b)));
  }
  return counts;
}

bool answers_right(const CaseQuestion& question, std::string_view answer) {
  const std::string text = folded(answer);
  if (question.kind == "unanswerable") return text.empty();
  return has_all(text, question.has) && !has_any(text, question.none);
}

std::map<std::string, Answered> MemoriesRun::kinds() const {
  std::map<std::string, Answered> kinds;
  for (const Probe& probe : probes) {
    ++kinds[probe.kind].asked;
    kinds[probe.kind].right += probe.right;
  }
  return kinds;
}

Answered MemoriesRun::answers() const {
  Answered all{.right = 0, .asked = probes.size()};
  for (const Probe& probe : probes) all.right += probe.right;
  return all;
}

double MemoriesRun::score() const {
  const double clean = 1 - counts.junk_share();
  return (counts.gold_share() * clean * clean + counts.superseded_share() * counts.coexisting_share() +
          answers().share()) /
         3;
}

Result<MemoriesRun> run_memories(const std::vector<Case>& cases, const Options& options) {
  HOLDFAST_TRY(const std::unique_ptr<Intake> intake, Intake::open(options));
  std::vector<Conversation> conversations;
  for (const Case& labelled : cases) conversations.push_back(conversation_of(labelled));
  IntakeCost cost;
  HOLDFAST_TRY(const std::vector<std::string> profiles, intake->take_all(conversations, options, cost));
  intake->begin_asking();
  std::vector<Outcome> outcomes(cases.size());
  std::atomic<std::size_t> done = 0;
  HOLDFAST_CHECK(each(cases.size(), options.jobs, [&](std::size_t i) -> Result<> {
    HOLDFAST_TRY(outcomes[i], measure(*intake, cases[i], options, profiles[i]));
    options.progress(fmt::format("{} of {} cases", ++done, cases.size()));
    return {};
  }));
  HOLDFAST_CHECK(intake->done_asking());
  MemoriesRun run;
  std::vector<double> times;
  for (Outcome& outcome : outcomes) {
    run.counts += outcome.counts;
    std::ranges::move(outcome.misses, std::back_inserter(run.misses));
    std::ranges::move(outcome.probes, std::back_inserter(run.probes));
    times.insert(times.end(), outcome.ms.begin(), outcome.ms.end());
  }
  if (!times.empty()) {
    run.p50_ms = quantile(times, .5);
    run.p99_ms = quantile(times, .99);
  }
  if (options.ablate) {
    for (const Omission& omission : omissions(options.tuning ? *options.tuning : memory::RecallTuning{})) {
      options.progress("without " + omission.name);
      HOLDFAST_TRY(const Answered answers, answers_with(intake->room(), profiles, cases, options, omission.tuning));
      run.variants.push_back({omission.name, answers});
    }
  }
  HOLDFAST_TRY(run.footing, intake->footing(profiles, cost));
  return run;
}

}  // namespace holdfast::dev::quality
