#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/ingest/describe.h"
#include "memory/ingest/ingest_testing.h"

namespace holdfast::memory {
namespace {

using ingest_testing::at;
using ingest_testing::Profile;
using ingest_testing::say;
using ::testing::HasSubstr;

Transcript transcript_of(std::vector<Message> messages) {
  for (std::size_t i = 0; i < messages.size(); ++i) {
    messages[i].position = static_cast<std::int64_t>(i);
    messages[i].id = message_id("s", messages[i].role, messages[i].content, messages[i].name);
  }
  return make_transcript("s", std::move(messages), {});
}

Verdict verify(const Transcript& transcript, std::string content) {
  Candidate candidate;
  candidate.content = std::move(content);
  for (const TranscriptMessage& message : transcript.messages) candidate.sources.push_back({message.message.id, 1, 1});
  candidate.time = transcript.messages[0].message.timestamp;
  return run_here(builtin_verifier()->verify({}, transcript, {candidate}))->front();
}

TEST(Verify, PassesWhatStandsInTheSources) {
  const Transcript transcript = transcript_of({say("Anna moved the launch to Porto, budget 1,200 euros.")});
  EXPECT_EQ(verify(transcript, "Anna moved the launch to Porto.").kind, Verdict::Kind::kPass);
  EXPECT_EQ(verify(transcript, "The launch budget is 1200 euros.").kind, Verdict::Kind::kPass);
}

TEST(Verify, DropsAnInventedNameOrNumber) {
  const Transcript transcript = transcript_of({say("Anna moved the launch to Porto.")});
  const Verdict name = verify(transcript, "Anna moved the launch to Kyoto.");
  EXPECT_EQ(name.kind, Verdict::Kind::kDrop);
  EXPECT_EQ(name.reason, "name not in the sources: Kyoto");
  const Verdict number = verify(transcript, "Anna moved 17 launches to Porto.");
  EXPECT_EQ(number.kind, Verdict::Kind::kDrop);
  EXPECT_THAT(number.reason, HasSubstr("number not in the sources: 17"));
}

TEST(Verify, CutsTheClauseThatIsNotSupported) {
  const Transcript transcript = transcript_of({say("Anna moved the launch party to Porto.")});
  const Verdict verdict = verify(transcript, "Anna moved the launch party to Porto. Bob paid 400 euros for the hall.");
  EXPECT_EQ(verdict.kind, Verdict::Kind::kCorrect);
  EXPECT_THAT(verdict.candidate.content, HasSubstr("Porto"));
  EXPECT_THAT(verdict.candidate.content, ::testing::Not(HasSubstr("400")));
}

TEST(Verify, FollowsByNamedRules) {
  const Transcript dates = transcript_of({say("We met Anna yesterday, three of us.")});
  const Verdict verdict = verify(dates, "They met Anna on 2026-03-01, 3 of them.");
  EXPECT_EQ(verdict.kind, Verdict::Kind::kPass);
  EXPECT_THAT(verdict.candidate.derivations, ::testing::IsSupersetOf({"relative date", "number word"}));
  EXPECT_EQ(verify(dates, "They met Anna on 2026-02-11.").kind, Verdict::Kind::kDrop);
  const Transcript counted = transcript_of({say("my kids are Noor, Sami and Ines")});
  EXPECT_THAT(verify(counted, "The user has 3 kids.").candidate.derivations, ::testing::Contains("counted total"));
}

TEST(Verify, DropsWhatTheSourcesDoNotSay) {
  const Transcript transcript = transcript_of({say("The weather is nice in Porto.")});
  EXPECT_EQ(verify(transcript, "Porto has decided to buy several expensive submarines quickly.").kind,
            Verdict::Kind::kDrop);
}

TEST(Classify, TypesFollowTheCues) {
  Profile profile;
  profile.ingest("s", {say("The project uses GraphQL for its public interface.", "2026-03-02"),
                       say("Never commit generated files to the repository.", "2026-03-02"),
                       say("Anna fixed and deployed the login bug yesterday.", "2026-03-02"),
                       say("I still need to write the tests for nested keys.", "2026-03-02")});
  for (const char* words : {"GraphQL", "generated files", "login bug", "nested keys"})
    ASSERT_NE(profile.find(words), nullptr) << words;
  EXPECT_EQ(profile.find("GraphQL")->type, MemoryType::kFact);
  EXPECT_EQ(profile.find("generated files")->type, MemoryType::kInstruction);
  EXPECT_EQ(profile.find("login bug")->type, MemoryType::kEvent);
  EXPECT_EQ(profile.find("nested keys")->type, MemoryType::kTask);
}

TEST(Classify, DescribesForPeopleAndForTheIndex) {
  Profile profile;
  profile.ingest("s", {say("The API port is 8010 and it is served by the gateway in Frankfurt.")});
  const Memory& memory = profile.fold.memories().begin()->second;
  EXPECT_LE(memory.summary.size(), 120U);
  EXPECT_GE(memory.queries.size(), 3U);
  EXPECT_LE(memory.queries.size(), 5U);
  EXPECT_THAT(memory.keywords, ::testing::IsSupersetOf({"port", "8010", "frankfurt"}));
  EXPECT_EQ(memory.session_id, "s");
}

TEST(Classify, HowSomethingIsSetUpIsAFactWhateverDateStandsBesideIt) {
  Profile profile;
  profile.ingest("s", {say("We host the wiki on Linode, Ben made the account yesterday.", "2026-03-02")});
  ASSERT_NE(profile.find("Linode"), nullptr);
  EXPECT_EQ(profile.find("Linode")->type, MemoryType::kFact);
}

// A question may name the kind of thing where the statement names the thing.
TEST(Describe, QueriesNameTheKindOfAToolAndAskAsPeopleDo) {
  Profile profile;
  profile.ingest("s", {say("We use Postgres for the bookings.", "2026-03-02"), say("I live in Lisbon.", "2026-03-02")});
  ASSERT_NE(profile.find("Postgres"), nullptr);
  ASSERT_NE(profile.find("Lisbon"), nullptr);
  EXPECT_THAT(profile.find("Postgres")->queries, ::testing::Contains("Which database?"));
  EXPECT_THAT(profile.find("Lisbon")->queries, ::testing::Contains("Where does the user live?"));
}

TEST(Describe, ASummaryIsOneShortLine) {
  EXPECT_EQ(summarise("one\n  two"), "one two");
  const std::string cut = summarise(std::string(100, 'a') + " " + std::string(100, 'b'));
  EXPECT_EQ(cut, std::string(100, 'a') + "…");
}

TEST(Merge, ADetailGoesIntoTheStatementThatContainsIt) {
  Candidate full;
  full.content = "The API port is 8010, served from Frankfurt.";
  full.sources = {{message_id("s", Role::kUser, "x", ""), 1, 1}};
  full.stage = "extract";
  Candidate detail = full;
  detail.content = "API port is 8010.";
  detail.stage = "detail";
  Candidate other = detail;
  other.content = "The web port is 5180.";
  std::vector<Dropped> dropped;
  const auto one = merge({{full}, {detail, other}}, dropped);
  const auto two = merge({{other, detail}, {full}}, dropped);
  ASSERT_EQ(one.size(), 2U);
  ASSERT_EQ(two.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(one[i].content, two[i].content);
  EXPECT_EQ(dropped.front().stage, "merge");
}

TEST(Merge, EqualStatementsBecomeOneWithBothSources) {
  Candidate a;
  a.content = "The API port is 8010.";
  a.sources = {{message_id("s", Role::kUser, "x", ""), 1, 1}};
  Candidate b = a;
  b.content = "the api port is 8010.";
  b.sources = {{message_id("s", Role::kUser, "y", ""), 1, 1}};
  std::vector<Dropped> dropped;
  const auto merged = merge({{a}, {b}}, dropped);
  ASSERT_EQ(merged.size(), 1U);
  EXPECT_EQ(merged[0].sources.size(), 2U);
}

TEST(Transcript, ResolvesSpeakers) {
  const Transcript dialogue =
      transcript_of({say("Caroline: hi"), ingest_testing::reply("Melanie: hello"), say("Note: x")});
  EXPECT_EQ(dialogue.messages[0].speaker, "Caroline");
  EXPECT_EQ(dialogue.messages[1].speaker, "Melanie");
  EXPECT_EQ(dialogue.messages[2].speaker, "The user");
  const Transcript plain = transcript_of(
      {say("Update: done"), ingest_testing::reply("Sure: ok"), say("x", "2026-03-02", Role::kUser, "Bo")});
  EXPECT_EQ(plain.messages[0].speaker, "The user");
  EXPECT_EQ(plain.messages[1].speaker, "The assistant");
  EXPECT_EQ(plain.messages[2].speaker, "Bo");
}

TEST(Chunk, ReadsEveryMessageOnce) {
  std::vector<Message> messages;
  for (int i = 0; i < 40; ++i)
    messages.push_back(say(std::string(900, static_cast<char>('a' + i % 26)) + std::to_string(i)));
  messages.push_back(say(std::string(20'000, 'x')));
  const Transcript transcript = transcript_of(std::move(messages));
  std::size_t next = 0;
  for (const Chunk& piece : chunk(transcript)) {
    EXPECT_EQ(piece.first, next);
    EXPECT_GT(piece.last, piece.first);
    EXPECT_LE(piece.first - piece.context, kChunkOverlap);
    next = piece.last;
  }
  EXPECT_EQ(next, transcript.messages.size());
  EXPECT_GT(chunk(transcript).size(), 3U);
}

TEST(Chunk, DetailWindowsOverlapAndStartAtNineMessages) {
  std::vector<Message> messages;
  for (int i = 0; i < 8; ++i) messages.push_back(say(std::to_string(i)));
  EXPECT_TRUE(detail_windows(transcript_of(messages)).empty());
  for (int i = 8; i < 20; ++i) messages.push_back(say(std::to_string(i)));
  const auto windows = detail_windows(transcript_of(messages));
  ASSERT_GT(windows.size(), 1U);
  EXPECT_EQ(windows[0].last - windows[0].first, kDetailWindow);
  EXPECT_EQ(windows[1].first, kDetailWindow - kDetailOverlap);
  EXPECT_EQ(windows.back().last, 20U);
}

}  // namespace
}  // namespace holdfast::memory
