// What the service does with what language models answered for its profiles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/testing.h"

namespace holdfast::memory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ServiceModelsTest : public ServiceTest {
 protected:
  ServiceModelsTest() {
    replies_ = value_of(models::open_sqlite_reply_store(files_.path() + "/models.db", 1 << 20));
    run({.vfs = {}, .replies = replies_.get()});
  }
  ~ServiceModelsTest() override { run_.reset(); }

  [[nodiscard]] std::string profile() { return profile_id(at_).to_string(); }
  void answered(const std::string& text) {
    const models::ChatReply reply{.text = text, .model = "m", .usage = {.prompt_tokens = 30, .completion_tokens = 5}};
    value_of(replies_->add(sha256(text), reply, "extract", profile(), clock_.now()));
  }
  [[nodiscard]] bool known(const std::string& text) { return value_of(replies_->find(sha256(text))).has_value(); }

  TemporaryDirectory files_;
  std::unique_ptr<models::ReplyStore> replies_;
};

TEST_F(ServiceModelsTest, StatusSaysWhatWasAskedForTheProfile) {
  ingest({said("one")});
  EXPECT_THAT(status().used, IsEmpty());
  answered("first");
  answered("second");
  const std::vector<models::StageUsage> used = status().used;
  ASSERT_EQ(used.size(), 1U);
  EXPECT_EQ(used[0].stage, "extract");
  EXPECT_EQ(used[0].calls, 2);
  EXPECT_EQ(used[0].usage.prompt_tokens, 60);
}

TEST_F(ServiceModelsTest, WhatIsForgottenLeavesTheRepliesOfModelsToo) {
  ingest({said("the safe is behind the clock"), said("it rains")});
  answered("the safe is behind the clock");
  ASSERT_TRUE(known("the safe is behind the clock"));
  forget_memory_of("the safe is behind the clock");
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_FALSE(known("the safe is behind the clock"));
  EXPECT_EQ(status().used.size(), 1U) << "what was paid stays known";
}

TEST_F(ServiceModelsTest, ADeletedProfileTakesItsRepliesAndCountsAlong) {
  ingest({said("one")});
  answered("one");
  const std::string gone = profile();
  value_of(run_here(service().delete_profile(at_)));
  ASSERT_TRUE(run_->tick_until([&] { return value_of(replies_->usage(gone)).empty(); }));
  EXPECT_FALSE(known("one"));
}

TEST_F(ServiceModelsTest, SecretsAreTakenOutOfMessagesWhereThatIsWanted) {
  const std::string key = "sk-proj-Zt4Wm8Qx1Lb6Rn3Vc9Ky2Hd7";
  ingest({said("the key is " + key)}, "raw");
  EXPECT_THAT(texts("raw"), ElementsAre("the key is " + key)) << "verbatim unless told otherwise";
  run({.vfs = {}, .replies = replies_.get(), .redact_messages = true});
  ingest({said("the key is " + key)}, "redacted");
  ASSERT_EQ(texts("redacted").size(), 1U);
  EXPECT_EQ(texts("redacted")[0].find(key), std::string::npos);
  // The same conversation again is known by what was stored of it.
  EXPECT_EQ(ingest({said("the key is " + key)}, "redacted").messages_known, 1U);
}

TEST_F(ServiceModelsTest, AModelThatFailsCostsNothingButAStopLeavesTheJobForIt) {
  script_->miss_model(true);
  ingest({said("the model was away")});
  EXPECT_THAT(statements(), ElementsAre("the model was away")) << "a failing model does not stop an ingest";

  service().prepare_stop();
  const auto stopped = try_ingest({said("the model was cut off")});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::kOverloaded);
  EXPECT_GT(stopped.error().retry_after_seconds, 0);
  EXPECT_EQ(status().jobs_pending, 1U);

  script_->miss_model(false);
  run();
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_THAT(statements(), ElementsAre("the model was away", "the model was cut off"));
}

}  // namespace
}  // namespace holdfast::memory
