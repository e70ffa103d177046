// Figures: a search as recall makes it, in process, and SQLite's FTS5 in its place.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/clock.h"
#include "base/pool.h"
#include "base/task.h"
#include "dev/ground.h"
#include "dev/peer.h"
#include "language/lexicon.h"
#include "language/words.h"
#include "memory/ingest/ingest.h"
#include "memory/profile/sqlite_profile_store.h"
#include "memory/recall/recall.h"
#include "memory/recall/weights.h"

namespace holdfast::dev {
namespace {

constexpr std::size_t kMostQuestions = 100;
constexpr std::size_t kInsertSessions = 40;

struct Question {
  memory::RecallRequest request;
  std::string match;  // for FTS5: the words that are not stop words
};

std::vector<Question> questions(std::size_t size) {
  const Dialogue dialogue = Ground::dialogue(size);
  const std::size_t sessions = size / kCallMessages;
  const std::size_t count = std::min(kMostQuestions, sessions);
  std::vector<Question> made;
  for (std::size_t i = 0; i < count; ++i) {
    Question& question = made.emplace_back();
    question.request.query = dialogue.question(i * (sessions / count), kCallMessages);
    question.request.reference_date = SystemClock().now();
    std::vector<std::string> words;
    language::for_each_word(question.request.query, [&](const language::Word& word) {
      if (!language::is_stop_word(word.text)) words.emplace_back(word.text);
    });
    question.match = Fts5::any_of(words);
  }
  return made;
}

struct Times {
  double search = 0;  // ms
  double whole = 0;
  std::size_t found = 0;
  std::vector<StageTime> stages = {};
};

// Takes the stages that search, all that run under the profile's lock, out of a whole recall.
class Recaller {
 public:
  explicit Recaller(std::shared_ptr<memory::Profile> profile) : profile_(std::move(profile)) {}

  [[nodiscard]] Result<Times> operator()(const Question& question) const {
    const Stopwatch watch;
    HOLDFAST_TRY(memory::RecallAnswer answer,
                 run_here(memory::recall({*analyser_, *synthesiser_, clock_}, profile_, question.request)));
    Times times{.search = 0, .whole = watch.ms(), .found = answer.candidates.size()};
    std::int64_t begin = 0, end = 0;
    for (const StageTime& stage : answer.stages) {
      if (stage.stage == "analyse") begin = stage.end_us;
      if (stage.stage == "fuse") end = stage.end_us;
    }
    if (end > begin) times.search = static_cast<double>(end - begin) / 1000;
    times.stages = std::move(answer.stages);
    return times;
  }

 private:
  SystemClock clock_;
  std::unique_ptr<memory::QueryAnalyser> analyser_ = memory::builtin_query_analyser();
  std::unique_ptr<memory::Synthesiser> synthesiser_ = memory::builtin_synthesiser();
  std::shared_ptr<memory::Profile> profile_;
};

struct Medians {
  std::vector<double> search, whole;                                // ms, one a run
  std::vector<std::pair<std::string, std::vector<double>>> stages;  // the same of each, in their order

  std::vector<double>& stage(const std::string& name) {
    const auto known = std::ranges::find(stages, name, &std::pair<std::string, std::vector<double>>::first);
    return known != stages.end() ? known->second : stages.emplace_back(name, std::vector<double>()).second;
  }
};

template <typename Search>
Result<Medians> measure(const std::vector<Question>& asked, std::size_t runs, const Search& one) {
  Medians medians;
  std::size_t found = 0;
  for (std::size_t run = 0; run <= runs; ++run) {
    Medians once;  // of one question each
    for (const Question& question : asked) {
      HOLDFAST_TRY(const Times times, one(question));
      once.search.push_back(times.search);
      once.whole.push_back(times.whole);
      for (const StageTime& stage : times.stages)
        once.stage(stage.stage).push_back(static_cast<double>(stage.end_us - stage.start_us) / 1000);
      found += times.found;
    }
    if (run == 0) continue;  // warms up
    medians.search.push_back(quantile(once.search, .5));
    medians.whole.push_back(quantile(once.whole, .5));
    for (const auto& [name, times] : once.stages) medians.stage(name).push_back(quantile(times, .5));
  }
  if (found == 0) return fail(Code::kInternal, "a search that finds nothing says nothing about its speed");
  return medians;
}

std::vector<double> divided(const std::vector<double>& above, const std::vector<double>& below) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(above.size(), below.size()); ++i) ratios.push_back(above[i] / below[i]);
  return ratios;
}

Result<> search_at(Ground& ground, std::size_t size, double aim) {
  ground.say(fmt::format("search in {} messages", size));
  HOLDFAST_TRY(const std::string data, ground.corpus(size));
  HOLDFAST_TRY(const Id id, ground.profile_id(size));
  const std::vector<Question> asked = questions(size);
  const std::size_t runs = ground.runs(5, 3);
  Medians ours;
  {
    memory::SqliteProfileStores stores(data + "/profiles");
    Pool pool("storage", 2, 1000);
    HOLDFAST_TRY(auto store, stores.open(id));
    HOLDFAST_TRY(const auto profile, memory::Profile::open(id, std::move(store), pool));
    HOLDFAST_TRY(ours, measure(asked, runs, Recaller(profile)));
  }
  ground.say(fmt::format("FTS5 search in {} messages", size));
  HOLDFAST_TRY(Fts5 peer, Fts5::make(fmt::format("{}/fts5-{}.db", ground.directory("peer"), size)));
  const Dialogue dialogue = Ground::dialogue(size);
  for (std::size_t i = 0; i < size / kCallMessages; ++i)
    HOLDFAST_CHECK(peer.insert(dialogue.session(i, kCallMessages)));
  const std::size_t breadth = memory::weights::breadth(memory::ThinkingLevel::kLow).channel;
  const std::size_t peer_runs = size < 100'000 ? runs : 3;  // it takes its time
  HOLDFAST_TRY(Medians theirs, measure(asked, peer_runs, [&](const Question& question) -> Result<Times> {
                 const Stopwatch watch;
                 HOLDFAST_TRY(const auto rows, peer.search(question.match, breadth));
                 return Times{.search = watch.ms(), .whole = 0, .found = rows.size()};
               }));
  const std::vector<double> ratios = divided(theirs.search, ours.search);
  const std::string in = "in " + size_name(size);
  ground.add({"search", in + ", p50", "ms", std::move(ours.search), at_most(aim)});
  ground.add({"search", "whole recall in process, " + in + ", p50", "ms", std::move(ours.whole), {}});
  if (size == ground.largest()) {
    for (auto& [name, times] : ours.stages)
      ground.add({"search", "stage " + name + ", " + in + ", p50", "ms", std::move(times), {}});
  }
  ground.add({"search", "SQLite FTS5 " + in + ", p50", "ms", std::move(theirs.search), {}});
  ground.add({"search", "FTS5's time to that of our search, " + in, "×", ratios, {}});
  return {};
}

// Log and index against FTS5: messages durable and searchable, without extraction, 50 a commit.
Result<> insert_rates(Ground& ground) {
  std::vector<double> ours, theirs;
  std::vector<Session> sessions;
  for (std::size_t i = 0; i < kInsertSessions; ++i) sessions.push_back(Dialogue(5).session(i, kCallMessages));
  const double messages = static_cast<double>(kInsertSessions * kCallMessages);
  for (std::size_t run = 0; run < ground.runs(5, 3); ++run) {
    ground.say(fmt::format("insert rates, run {}", run + 1));
    memory::SqliteProfileStores stores(ground.directory("insert"));
    Pool pool("storage", 2, 1000);
    const Id id = Id::ulid(static_cast<TimeMs>(run), sha256("insert"));
    HOLDFAST_TRY(auto store, stores.open(id));
    HOLDFAST_TRY(const auto profile, memory::Profile::open(id, std::move(store), pool));
    std::vector<memory::IngestRequest> requests;
    for (const Session& session : sessions) {
      memory::IngestRequest& request = requests.emplace_back();
      request.session_id = session.id;
      for (const Line& line : session.lines)
        request.messages.push_back(
            {line.first ? memory::Role::kUser : memory::Role::kAssistant, line.text, line.name, line.time});
    }
    const Stopwatch own;
    for (memory::IngestRequest& request : requests)
      HOLDFAST_CHECK(run_here(memory::accept(profile, std::move(request))));
    ours.push_back(messages / own.seconds());

    HOLDFAST_TRY(Fts5 peer, Fts5::make(fmt::format("{}/insert-{}.db", ground.directory("peer"), run)));
    const Stopwatch other;
    for (const Session& session : sessions) HOLDFAST_CHECK(peer.insert(session));
    theirs.push_back(messages / other.seconds());
  }
  const std::vector<double> ratios = divided(ours, theirs);
  ground.add({"search", "log and index, 50 a commit, not extracted", "messages/s", std::move(ours), {}});
  ground.add({"search", "SQLite FTS5, 50 a commit", "messages/s", std::move(theirs), {}});
  ground.add({"search", "our insert rate to FTS5's", "×", ratios, {}});
  return {};
}

}  // namespace

Result<> measure_search(Ground& ground) {
  for (const std::size_t size : ground.sizes()) HOLDFAST_CHECK(ground.corpus(size));
  HOLDFAST_CHECK(insert_rates(ground));
  for (const std::size_t size : ground.sizes())
    HOLDFAST_CHECK(search_at(ground, size, size == 1'000 ? .1 : size == 10'000 ? .5 : 4));
  return {};
}

}  // namespace holdfast::dev
