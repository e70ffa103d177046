#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/question.h"
#include "memory/recall/testing.h"

namespace holdfast::memory {
namespace {

using testing::ask;
using testing::at;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::vector<std::string> own_terms(const AnalysedQuery& query) {
  std::vector<std::string> terms;
  for (const WeightedTerm& term : query.terms) {
    if (term.weight == 1) terms.push_back(term.term);
  }
  return terms;
}

TEST(Analyse, TellsKindsOfQuestionsApart) {
  const std::pair<const char*, QuestionKind> cases[] = {
      {"When did we ship the beta?", QuestionKind::kWhen},
      {"Since when do we use Rust?", QuestionKind::kWhen},
      {"What happens when the migration fails?", QuestionKind::kLookup},
      {"How long was the outage?", QuestionKind::kHowLong},
      {"How many days are between the freeze and the release?", QuestionKind::kHowLong},
      {"How many cats does Anna have?", QuestionKind::kHowMany},
      {"How much does the licence cost?", QuestionKind::kHowMany},
      {"Who owns the billing service?", QuestionKind::kWho},
      {"Where does Tomás live?", QuestionKind::kWhere},
      {"In which city is the office?", QuestionKind::kWhere},
      {"May dependency updates be merged without review?", QuestionKind::kRule},
      {"How should commit messages look?", QuestionKind::kRule},
      {"What did the team use before Kafka?", QuestionKind::kHistory},
      {"Which books did she read?", QuestionKind::kList},
      {"Does the user prefer tea?", QuestionKind::kYesNo},
      {"What package manager does the user prefer?", QuestionKind::kLookup},
      {"", QuestionKind::kLookup},
      {"???", QuestionKind::kLookup},
  };
  for (const auto& [question, kind] : cases) {
    EXPECT_EQ(to_string(ask(question).kind), to_string(kind)) << question;
  }
}

TEST(Analyse, KnowsWhenThePastIsMeant) {
  EXPECT_TRUE(ask("What did the user use before Yarn?").about_past);
  EXPECT_TRUE(ask("Which editor did she previously use?").about_past);
  EXPECT_TRUE(ask("What was the deadline originally?").about_past);
  EXPECT_FALSE(ask("What should I do before deploying?").about_past);
  EXPECT_FALSE(ask("How old is Ben?").about_past);
  EXPECT_TRUE(ask("Which city does he live in now?").about_now);
}

TEST(Analyse, StemsDropsStopWordsAndTheOwner) {
  EXPECT_THAT(own_terms(ask("What package managers does the user prefer?")), ElementsAre("packag", "manag", "prefer"));
  EXPECT_THAT(own_terms(ask("How many users are there?")), Contains("user"));
}

TEST(Analyse, SynonymsWeighLessAndStandForTheirWord) {
  const AnalysedQuery query = ask("Where is her flat?");
  ASSERT_FALSE(query.terms.empty());
  bool synonym = false;
  for (const WeightedTerm& term : query.terms) {
    if (term.term != "apart") continue;  // the stem of "apartment"
    synonym = true;
    EXPECT_LT(term.weight, 1);
    EXPECT_EQ(term.word, query.terms.front().word);
  }
  EXPECT_TRUE(synonym);
}

TEST(Analyse, ResolvesTimeAgainstTheReferenceDate) {
  const AnalysedQuery relative = ask("What did I do yesterday?", "2026-04-15");
  ASSERT_TRUE(relative.asked_time);
  EXPECT_EQ(relative.asked_time->first, at("2026-04-14"));
  EXPECT_EQ(relative.asked_time->second, at("2026-04-15"));

  const AnalysedQuery month = ask("What happened on 5 May 2025?");
  ASSERT_EQ(month.months.size(), 1U);
  EXPECT_EQ(month.months[0].month, 5);
  EXPECT_EQ(month.months[0].year, 2025);
  EXPECT_EQ(month.months[0].day, 5);
  EXPECT_TRUE(std::ranges::any_of(month.terms, [](const WeightedTerm& t) { return t.term == "2025-05-05"; }));

  EXPECT_THAT(ask("May I push to main?").months, IsEmpty());
  EXPECT_FALSE(ask("Who is on call?").asked_time);
}

TEST(Analyse, NamesAndTopics) {
  EXPECT_THAT(ask("Where did Anna Lindqvist move?").names, ElementsAre("Anna Lindqvist"));
  EXPECT_THAT(ask("Which package manager do we use?").topic_keys, ElementsAre("package manager"));
  EXPECT_THAT(ask("What is the user's favourite colour?").topic_keys, ElementsAre("favourite colour"));
  EXPECT_THAT(ask("What kind of car does he drive?").topic_keys, ElementsAre("car"));
  EXPECT_THAT(ask("What is the retention of the audit log?").topic_keys, ElementsAre("retention"));
}

TEST(Analyse, MarksTheWordsOfTheThingAskedFor) {
  for (const WeightedTerm& term : ask("What is the retention of the audit log?").terms)
    if (term.weight == 1) EXPECT_EQ(term.asked, term.term == "retent") << term.term;
}

TEST(Analyse, MakesAStatementOfTheQuestion) {
  const std::pair<const char*, const char*> cases[] = {
      {"What package manager does the user prefer?", "The user prefers the package manager."},
      {"Who is the product owner of Harbor?", "The product owner of Harbor is."},
      {"When was the launch moved?", "The launch was moved."},
      {"Where does Anna Lindqvist study?", "Anna Lindqvist studies."},
      {"What's the electrician's number?", "The electrician's number is."},
      {"Which tables do we query?", "We query the tables."},
      {"Should commit messages be signed?", "Commit messages should be signed."},
      {"tea or coffee", "Tea or coffee."},
      {"?", ""},
  };
  for (const auto& [question, statement] : cases) EXPECT_EQ(ask(question).hypothetical, statement) << question;
}

TEST(Analyse, OverviewsDropTheWordsThatOnlyAskForOne) {
  const AnalysedQuery query = ask("Can you summarise how my garden project developed over time?");
  EXPECT_TRUE(query.overview);
  EXPECT_TRUE(query.about_replies);
  EXPECT_FALSE(query.in_order);
  EXPECT_THAT(own_terms(query), Contains("garden"));
  EXPECT_THAT(own_terms(query), Not(Contains("summaris")));
  EXPECT_TRUE(ask("List the order in which I mentioned my trips").in_order);
  EXPECT_FALSE(ask("Which version did you recommend?").overview);
  EXPECT_TRUE(ask("Which version did you recommend?").about_replies);
}

TEST(Analyse, TakesAnyLanguageAndTheLongestQuestion) {
  EXPECT_THAT(own_terms(ask("東京都の天気")), Contains("東京"));
  std::string longest;
  for (int i = 0; longest.size() + 8 < 1'024; ++i) longest += "w" + std::to_string(i) + "x ";
  EXPECT_LE(ask(longest).terms.size(), 128U);
}

TEST(AskedDetail, IsWhatTheQuestionWantsToKnowOfAThing) {
  const auto detail = [](const char* text) { return asked_detail(Question(text)); };
  EXPECT_THAT(detail("Which licence does the plotter have?"), Contains("licence"));
  EXPECT_THAT(detail("How many nodes does the cluster have?"), Contains("nodes"));
  EXPECT_THAT(detail("What's the gate code?"), IsSupersetOf({"gate", "code"}));
  EXPECT_THAT(detail("Who is the judge in the case?"), Contains("judge"));
  EXPECT_THAT(detail("Who stole the bike?"), Contains("stole"));
  EXPECT_THAT(detail("What did the boat cost?"), Contains("cost"));
  EXPECT_THAT(detail("And in winter?"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::memory
