// The whole of recall, over a profile in SQLite.
#include "memory/recall/recall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

#include "memory/profile/sqlite_profile_store.h"
#include "memory/recall/testing.h"
#include "memory/recall/tuning.h"

namespace holdfast::memory {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::keep;
using ::testing::Not;
using testing::say;

class Recall : public ::testing::Test {
 protected:
  Recall() {
    directory_ = std::filesystem::temp_directory_path() /
                 ("holdfast-recall-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()) +
                  "-" + std::to_string(::getpid()));
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~Recall() override {
    profile_.reset();
    pool_.stop();
    std::filesystem::remove_all(directory_);
  }

  std::shared_ptr<Profile> profile() {
    if (profile_ == nullptr) {
      stores_ = std::make_unique<SqliteProfileStores>(directory_.string());
      const Id id = Id::from_digest(sha256("profile"));
      profile_ = *Profile::open(id, *stores_->open(id), pool_);
    }
    return profile_;
  }
  void commit(Batch batch) {
    const Result<> done = run_here(commit_task(profile(), std::move(batch)));
    ASSERT_TRUE(done.has_value());
  }
  static Task<Result<>> commit_task(std::shared_ptr<Profile> profile, Batch batch) {
    co_return co_await Profile::turn(std::move(profile),
                                     [batch = std::move(batch)](Profile::Turn& turn) { return turn.commit(batch); });
  }
  RecallAnswer ask(const std::string& question, ThinkingLevel level = ThinkingLevel::kLow,
                   std::shared_ptr<const RecallTuning> tuning = {}) {
    RecallRequest request;
    request.tuning = std::move(tuning);
    request.query = question;
    request.thinking_level = level;
    request.reference_date = testing::at("2026-06-01");
    const RecallStages stages{*analyser_, *synthesiser_, clock_};
    Result<RecallAnswer> answer = run_here(recall(stages, profile(), std::move(request)));
    EXPECT_TRUE(answer.has_value());
    return std::move(*answer);
  }

  std::filesystem::path directory_;
  Pool pool_{"test", 2, 100};
  SystemClock clock_;
  std::unique_ptr<QueryAnalyser> analyser_ = builtin_query_analyser();
  std::unique_ptr<Synthesiser> synthesiser_ = builtin_synthesiser();
  std::unique_ptr<SqliteProfileStores> stores_;
  std::shared_ptr<Profile> profile_;
};

TEST_F(Recall, AnEmptyProfileKnowsNothing) {
  const RecallAnswer answer = ask("What is my name?");
  EXPECT_EQ(answer.answer, "");
  EXPECT_THAT(answer.candidates, IsEmpty());
}

TEST_F(Recall, ThePackageManagerStory) {
  const Message first = say("s1", 0, Role::kUser, "Use pnpm, not npm", "2026-01-10T10:00:00Z");
  Memory old = keep(MemoryType::kInstruction, "Use pnpm, not npm", &first, "package manager");
  old.queries = {"What package manager does the user prefer?"};
  Batch before;
  before.messages = {first};
  before.memories = {old};
  commit(before);
  EXPECT_THAT(ask("What package manager does the user prefer?").answer, HasSubstr("pnpm"));

  const Message second = say("s2", 0, Role::kUser, "We switched to Yarn", "2026-03-10T10:00:00Z");
  Memory fresh = keep(MemoryType::kInstruction, "The user switched to Yarn", &second, "package manager");
  fresh.queries = {"What package manager does the user prefer?"};
  old.superseded_by = fresh.id;
  Batch after;
  after.messages = {second};
  after.memories = {old, fresh};
  commit(after);
  const RecallAnswer now = ask("What package manager does the user prefer?");
  EXPECT_THAT(now.answer, HasSubstr("Yarn"));
  EXPECT_THAT(now.answer, Not(HasSubstr("pnpm")));
  for (const RecallCandidate& candidate : now.candidates) EXPECT_THAT(candidate.content, Not(HasSubstr("pnpm")));

  const RecallAnswer past = ask("Which package manager did the user use before Yarn?");
  ASSERT_GE(past.candidates.size(), 2U);
  EXPECT_FALSE(past.candidates[0].superseded);
  EXPECT_TRUE(
      std::ranges::any_of(past.candidates, [&](const RecallCandidate& c) { return c.superseded && c.id == old.id; }));
}

TEST_F(Recall, ExplainsWhatItFound) {
  const Message told = say("s1", 0, Role::kUser, "My sister Ines is a nurse in Porto", "2026-01-10T10:00:00Z", "Rui");
  const Message raw = say("s1", 1, Role::kAssistant, "A nurse in Porto, how nice!\nDoes she like it?");
  Batch batch;
  batch.messages = {told, raw};
  batch.memories = {keep(MemoryType::kFact, "Rui's sister Ines is a nurse in Porto", &told)};
  commit(batch);
  const RecallAnswer answer = ask("Where is Ines a nurse?");
  ASSERT_EQ(answer.candidates.size(), 2U);
  const RecallCandidate& memory = answer.candidates[0];
  EXPECT_EQ(memory.kind, RecallCandidate::Kind::kMemory);
  ASSERT_EQ(memory.sources.size(), 1U);
  EXPECT_EQ(memory.sources[0].content, told.content);
  EXPECT_EQ(memory.source_lines.size(), 1U);
  std::vector<std::string> channels;
  for (const ChannelHit& hit : memory.channels) {
    channels.push_back(hit.channel);
    EXPECT_GE(hit.rank, 1U);
    EXPECT_GT(hit.weight, 0);
  }
  EXPECT_THAT(channels, Contains("full_text"));
  EXPECT_THAT(channels, Contains("messages"));
  const RecallCandidate& message = answer.candidates[1];
  EXPECT_EQ(message.kind, RecallCandidate::Kind::kMessage);
  EXPECT_EQ(message.id, raw.id);
  EXPECT_EQ(message.source_lines.at(0).line_to, 2);
  EXPECT_GE(memory.score, message.score);
  std::vector<std::string> stages;
  for (const StageTime& stage : answer.stages) stages.push_back(stage.stage);
  for (const char* const stage :
       {"analyse", "full_text", "topic_key", "messages", "fuse", "diversify", "texts", "temporal", "synthesise"}) {
    EXPECT_THAT(stages, Contains(stage));
  }
  EXPECT_THAT(answer.query.terms, Not(IsEmpty()));
}

TEST_F(Recall, OfAMemorysSourcesTheOneThatAnswersIsNamedFirst) {
  const Message hobby = say("s1", 0, Role::kUser, "I took up pottery in spring", "2026-01-10T10:00:00Z");
  const Message glaze = say("s2", 0, Role::kUser, "The glaze I use is celadon", "2026-02-10T10:00:00Z");
  const Message other = say("s3", 0, Role::kUser, "It rained all week", "2026-03-10T10:00:00Z");
  Memory memory = keep(MemoryType::kFact, "The user makes pottery with a celadon glaze", &hobby);
  memory.sources.push_back({.message = glaze.id, .line_from = 3, .line_to = 4});
  Batch batch;
  batch.messages = {hobby, glaze, other};
  batch.memories = {memory};
  commit(batch);
  const auto first_source = [this](const std::string& question) {
    const RecallAnswer answer = ask(question);
    const auto& candidate = answer.candidates.at(0);
    EXPECT_EQ(candidate.sources.size(), 2U);
    return std::pair(candidate.sources.at(0).content, candidate.source_lines.at(0).line_from);
  };
  EXPECT_EQ(first_source("Which glaze do I use?"), std::pair(glaze.content, 3));
  EXPECT_EQ(first_source("When did I take up pottery?"), std::pair(hobby.content, 1));
}

TEST_F(Recall, ATuningLeavesChannelsOutAndWeighsSignals) {
  const Message first =
      say("s1", 0, Role::kUser, "Ines: the nurse in Porto lives by the river", "2026-01-10T10:00:00Z");
  const Message second = say("s2", 0, Role::kUser, "Rui: the nurse in Porto lives by the sea", "2026-02-10T10:00:00Z");
  Batch batch;
  batch.messages = {first, second};
  commit(batch);
  const auto shipped = std::make_shared<RecallTuning>();
  shipped->dialogue = weights::kDialogueWords;
  shipped->chat = weights::kChatWords;
  const RecallAnswer same = ask("Where does the nurse in Porto live?", ThinkingLevel::kLow, shipped);
  ASSERT_EQ(same.candidates.size(), 2U);
  EXPECT_EQ(same.candidates[0].score, ask("Where does the nurse in Porto live?").candidates[0].score);

  RecallTuning silent;
  silent.channels = {{"messages", 0}};
  EXPECT_THAT(ask("Where does the nurse in Porto live?", ThinkingLevel::kLow, std::make_shared<RecallTuning>(silent))
                  .candidates,
              IsEmpty());

  // A question that names a month finds what was said in it, or, with the weight turned round, what was not.
  EXPECT_EQ(ask("Where did the nurse in Porto live in January?").candidates.at(0).id, first.id);
  RecallTuning turned = *shipped;
  turned.dialogue.month = -3;
  EXPECT_EQ(
      ask("Where did the nurse in Porto live in January?", ThinkingLevel::kLow, std::make_shared<RecallTuning>(turned))
          .candidates.at(0)
          .id,
      second.id);
}

TEST_F(Recall, NothingThatSharesAWordGivesNothing) {
  Batch batch;
  batch.messages = {say("s1", 0, Role::kUser, "The boat needs new sails")};
  commit(batch);
  const RecallAnswer answer = ask("Which telescope?");
  EXPECT_EQ(answer.answer, "");
  EXPECT_THAT(answer.candidates, IsEmpty());
  EXPECT_THAT(ask("What is happening in December?").candidates, IsEmpty());
  EXPECT_EQ(ask("What happened in March?").candidates.size(), 1U);  // it was said then
}

TEST_F(Recall, ScoresNeverRiseLevelsLimitAndAnswersRepeat) {
  Batch batch;
  for (std::int64_t i = 0; i < 200; ++i) {
    batch.messages.push_back(
        say("s" + std::to_string(i / 20), i % 20, i % 2 == 0 ? Role::kUser : Role::kAssistant,
            "Tasted wine number " + std::to_string(i) + " from the cellar of village " + std::to_string(i % 7)));
    if (i % 5 == 0) {
      batch.memories.push_back(
          keep(MemoryType::kFact, "Wine " + std::to_string(i) + " came from the cellar", &batch.messages.back()));
    }
  }
  commit(batch);
  for (const auto& [level, most] :
       {std::pair(ThinkingLevel::kLow, 10U), {ThinkingLevel::kMedium, 20U}, {ThinkingLevel::kHigh, 50U}}) {
    const RecallAnswer answer = ask("Which wine came from the cellar?", level);
    EXPECT_EQ(answer.candidates.size(), most);
    for (std::size_t i = 1; i < answer.candidates.size(); ++i) {
      EXPECT_LE(answer.candidates[i].score, answer.candidates[i - 1].score);
    }
    const RecallAnswer again = ask("Which wine came from the cellar?", level);
    EXPECT_EQ(again.answer, answer.answer);
    ASSERT_EQ(again.candidates.size(), answer.candidates.size());
    for (std::size_t i = 0; i < answer.candidates.size(); ++i) {
      EXPECT_EQ(again.candidates[i].id, answer.candidates[i].id);
      EXPECT_EQ(again.candidates[i].score, answer.candidates[i].score);
    }
  }
}

TEST_F(Recall, TheReferenceDateHidesNothing) {
  const Message later = say("s1", 0, Role::kUser, "The lighthouse was painted red", "2026-11-10T10:00:00Z");
  Batch batch;
  batch.messages = {later};
  commit(batch);
  EXPECT_EQ(ask("What colour is the lighthouse painted?").candidates.size(), 1U);
}

TEST_F(Recall, ForgottenThingsNeverAppear) {
  const Message told = say("s1", 0, Role::kUser, "The lighthouse keeper is called Osric");
  const Memory kept = keep(MemoryType::kFact, "The lighthouse keeper is called Osric", &told);
  Batch batch;
  batch.messages = {told};
  batch.memories = {kept};
  commit(batch);
  EXPECT_EQ(ask("Who is the lighthouse keeper?").candidates.size(), 1U);
  Batch forget;
  forget.deleted_messages = {told.id};
  forget.deleted_memories = {kept.id};
  commit(forget);
  EXPECT_THAT(ask("Who is the lighthouse keeper?").candidates, IsEmpty());
}

}  // namespace
}  // namespace holdfast::memory
