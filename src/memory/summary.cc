#include "memory/summary.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "base/utf8.h"
#include "language/dates.h"
#include "language/secrets.h"

namespace holdfast::memory {
namespace {

constexpr std::size_t kLineCharacters = 300;

struct Section {
  std::string_view name;
  std::size_t percent;  // of the budget
  std::vector<std::string> lines = {};
  std::size_t taken = 0;  // lines that are in
};

std::size_t tokens(std::string_view text) {
  std::size_t ascii = 0;
  std::size_t others = 0;
  for (std::size_t at = 0; at < text.size();) {
    (next_code_point(text, at) < 0x80 ? ascii : others) += 1;
  }
  return ascii / 4 + others + 1;
}

std::string line_of(const Memory& memory) {
  std::string text = memory.content;
  std::ranges::replace(text, '\n', ' ');
  const std::string_view shown = first_code_points(text, kLineCharacters);
  std::string line = "- " + std::string(shown);
  if (shown.size() < text.size()) line += " …";
  return language::redact_secrets(line);
}

auto latest_change(const Memory& memory) {
  return std::tuple(std::max(memory.updated_at, memory.created_at), memory.position, memory.id);
}
auto first_said(const Memory& memory) { return std::tuple(memory.created_at, memory.position, memory.id); }

template <typename Key>
void sort_newest_first(std::vector<const Memory*>& memories, Key key) {
  std::ranges::sort(memories, [&key](const Memory* a, const Memory* b) { return key(*a) > key(*b); });
}

// When the event is: the day that its statement names, else the day it was told.
TimeMs event_time(const Memory& event) {
  for (const language::DateMention& date : language::find_dates(event.content, event.created_at)) {
    if (date.grain == language::Grain::day || date.grain == language::Grain::range) return midnight(date.first);
  }
  return event.created_at;
}

std::vector<std::string> recent_events(const std::vector<const Memory*>& events, TimeMs now) {
  struct Dated {
    TimeMs time;
    const Memory* event;
  };
  std::vector<Dated> recent;
  for (const Memory* const event : events) {
    const TimeMs time = event_time(*event);
    if (std::max(time, event->created_at) >= now - kRecentEvents) recent.push_back({time, event});
  }
  std::ranges::sort(recent, [](const Dated& a, const Dated& b) {
    return std::tuple(a.time, first_said(*a.event)) > std::tuple(b.time, first_said(*b.event));
  });
  std::vector<std::string> lines;
  for (const Dated& one : recent) {
    std::string line = line_of(*one.event);
    const std::string day = format_day(one.time);
    if (line.find(day) == std::string::npos) line += " (" + day + ")";
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> last_session(const Fold& fold, std::string_view session_id) {
  const SessionEntry* session = nullptr;
  if (!session_id.empty()) {
    session = fold.find_session(session_id);
  } else {
    for (const auto& [id, entry] : fold.sessions()) {
      if (entry.memories.empty()) continue;
      if (session == nullptr || std::tuple(entry.last_at(), entry.id) > std::tuple(session->last_at(), session->id))
        session = &entry;
    }
  }
  if (session == nullptr) return {};
  std::vector<const Memory*> memories;
  for (const Id& id : session->memories) {
    const Memory* const memory = fold.find_memory(id);
    if (memory != nullptr && memory->current()) memories.push_back(memory);
  }
  std::ranges::sort(memories, [](const Memory* a, const Memory* b) { return first_said(*a) < first_said(*b); });
  std::vector<std::string> lines;
  for (const Memory* const memory : memories) lines.push_back(line_of(*memory));
  return lines;
}

}  // namespace

std::string summarise(const Fold& fold, std::string_view session_id, TimeMs now) {
  std::vector<const Memory*> facts, events, tasks, instructions;
  for (const auto& [id, memory] : fold.memories()) {
    if (!memory.current()) continue;
    switch (memory.type) {
      case MemoryType::kFact:
        facts.push_back(&memory);
        break;
      case MemoryType::kEvent:
        events.push_back(&memory);
        break;
      case MemoryType::kTask:
        tasks.push_back(&memory);
        break;
      case MemoryType::kInstruction:
        instructions.push_back(&memory);
        break;
    }
  }
  sort_newest_first(facts, latest_change);
  sort_newest_first(tasks, first_said);
  sort_newest_first(instructions, latest_change);
  const auto lines_of = [](const std::vector<const Memory*>& memories) {
    std::vector<std::string> lines;
    for (const Memory* const memory : memories) lines.push_back(line_of(*memory));
    return lines;
  };
  std::array<Section, 5> sections = {{
      {.name = "Key Facts", .percent = 35, .lines = lines_of(facts)},
      {.name = "Recent Events", .percent = 20, .lines = recent_events(events, now - now % kDayMs)},
      {.name = "Active Tasks", .percent = 10, .lines = lines_of(tasks)},
      {.name = "Last Session", .percent = 15, .lines = last_session(fold, session_id)},
      {.name = "Instructions", .percent = 20, .lines = lines_of(instructions)},
  }};

  std::size_t left = kSummaryTokens;
  const auto take = [&left](Section& section, std::size_t budget) {
    budget = std::min(budget, left);
    while (section.taken < section.lines.size()) {
      std::size_t cost = tokens(section.lines[section.taken]);
      if (section.taken == 0) cost += tokens(section.name);
      if (cost > budget) break;
      budget -= cost;
      left -= cost;
      ++section.taken;
    }
  };
  for (Section& section : sections) take(section, kSummaryTokens * section.percent / 100);
  for (Section& section : sections) take(section, left);

  std::string out;
  for (const Section& section : sections) {
    if (section.taken == 0) continue;
    if (!out.empty()) out += '\n';
    out.append("## ").append(section.name).append("\n\n");
    for (std::size_t i = 0; i < section.taken; ++i) out.append(section.lines[i]).push_back('\n');
  }
  return out;
}

}  // namespace holdfast::memory
