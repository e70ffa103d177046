// A whole service on an encoder like an embedding server's: of other dimensions, without vectors of tokens, sometimes
// down, and taking the place of another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/recall/query_vectors.h"
#include "memory/testing.h"
#include "memory/vectors/encoder_testing.h"

namespace holdfast::memory {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ServiceEmbeddingsTest : public ServiceTest {
 protected:
  ServiceEmbeddingsTest() : ServiceTest({.vfs = {}, .start = false}) { use({.vfs = {}, .encoder = &server_}); }
  ~ServiceEmbeddingsTest() override { run_.reset(); }  // before the encoders that it uses

  void use(ServiceRun::Options options) {
    options_ = std::move(options);
    run();
  }
  RecallAnswer recall(const std::string& question) {
    RecallRequest request;
    request.query = question;
    request.reference_date = clock_.now();
    return value_of(run_here(service().recall(at_, std::move(request))));
  }
  // The model that a question is asked with; "" for none.
  std::string asked_with() {
    const RecallAnswer answer = recall("Which tea is in the kitchen?");
    return answer.query.vectors ? answer.query.vectors->model : "";
  }
  static bool finds(const RecallAnswer& answer, const std::string& text) {
    return std::ranges::any_of(answer.candidates,
                               [&](const RecallCandidate& candidate) { return candidate.content.contains(text); });
  }
  [[nodiscard]] bool drains() {
    return run_->tick_until([&] { return status().vectors_pending == 0; }) && run_->tick_until_clean();
  }
  void tell() {
    ingest({said("drink = green tea in the kitchen"), said("?where is it kept", Role::kAssistant),
            said("The bicycle stands in the yard"), said("pet = a dog named Rex")});
  }

  PooledEncoder server_;
  HashEncoder embedded_{"all-MiniLM-L6-v2/hash"};
};

TEST_F(ServiceEmbeddingsTest, EverythingIsMadeAndAskedByTextsAlone) {
  tell();
  ASSERT_TRUE(drains());
  const auto open = ServiceInspector::open_profile(service(), profile_id(at_));
  {
    const Profile::View view = open->view();
    const VectorTables& tables = view.index().embeddings().current();
    EXPECT_EQ(tables.message_pieces().dimensions(), 8U);
    EXPECT_EQ(tables.memory_contents().size(), memories(false).size());
    EXPECT_EQ(tables.message_codes().tokens(), 0U);
  }
  const RecallAnswer answer = recall("Which tea is in the kitchen?");
  ASSERT_TRUE(answer.query.vectors);
  EXPECT_FALSE(knows_tokens(answer.query));
  EXPECT_TRUE(finds(answer, "green tea"));
  EXPECT_THAT(answer.answer, HasSubstr("green tea"));
  for (const RecallCandidate& candidate : answer.candidates) EXPECT_FALSE(candidate.closeness);
  EXPECT_GT(server_.questions(), 0U);
  EXPECT_THAT(recall("Who won the regatta of Oslo?").answer, IsEmpty());
}

TEST_F(ServiceEmbeddingsTest, AServerThatIsDownHoldsNothingUp) {
  server_.set_down(true);
  tell();
  EXPECT_EQ(memories().size(), 3U);
  EXPECT_EQ(status().vectors_pending, 7U);
  ASSERT_TRUE(run_->tick_until([&] { return service().counts().vectors.failures > 0; }));
  EXPECT_EQ(asked_with(), "");
  EXPECT_THAT(recall("Which tea is in the kitchen?").answer, HasSubstr("green tea"));
  server_.set_down(false);
  ASSERT_TRUE(drains());
  EXPECT_EQ(asked_with(), "pooled/8");
  server_.set_down(true);  // of a question alone: it goes by words
  EXPECT_EQ(asked_with(), "");
  EXPECT_THAT(recall("Which tea is in the kitchen?").answer, HasSubstr("green tea"));
}

TEST_F(ServiceEmbeddingsTest, ATextThatIsRefusedHoldsUpNoOther) {
  server_.refuse("Rex");
  tell();
  ASSERT_TRUE(run_->tick_until([&] { return status().vectors_pending == 2; }));  // the memory and the message
  EXPECT_EQ(asked_with(), "");                                                   // most, but not yet nearly all
  server_.refuse("");
  ASSERT_TRUE(drains());
  EXPECT_EQ(asked_with(), "pooled/8");
}

TEST_F(ServiceEmbeddingsTest, TheVectorsOfAnEarlierModelServeUntilThereAreNewOnes) {
  use({.vfs = {}, .encoder = &embedded_});
  tell();
  ASSERT_TRUE(drains());
  EXPECT_EQ(asked_with(), embedded_.model());

  server_.set_down(true);
  use({.vfs = {}, .encoder = &server_, .second_encoder = &embedded_});
  EXPECT_EQ(asked_with(), embedded_.model());
  EXPECT_TRUE(knows_tokens(recall("Which tea is in the kitchen?").query));
  EXPECT_THAT(recall("Which tea is in the kitchen?").answer, HasSubstr("green tea"));
  EXPECT_EQ(status().vectors_pending, 7U);
  EXPECT_EQ(server_.questions(), 0U);
  server_.set_down(false);
  ASSERT_TRUE(drains());
  EXPECT_EQ(asked_with(), "pooled/8");

  // Nothing of the old ones is left in the log.
  embedded_.close();
  use({.vfs = {}, .encoder = &embedded_});
  EXPECT_EQ(status().vectors_pending, 7U);
  EXPECT_EQ(asked_with(), "");  // the server's are there, but it is not at hand
  embedded_.open();
}

TEST_F(ServiceEmbeddingsTest, WithoutTheEarlierEncoderQuestionsGoByWordsMeanwhile) {
  use({.vfs = {}, .encoder = &embedded_});
  tell();
  ASSERT_TRUE(drains());
  server_.set_down(true);
  use({.vfs = {}, .encoder = &server_});
  EXPECT_EQ(asked_with(), "");
  EXPECT_THAT(recall("Which tea is in the kitchen?").answer, HasSubstr("green tea"));
}

// The learned heads must not be given vectors that they were not fitted with.
TEST_F(ServiceEmbeddingsTest, LearnedHeadsGoByCuesAloneOrByTheEncoderTheyKnow) {
  const std::vector<IncomingMessage> told = {
      said("I moved to Porto last spring and I work as a nurse at the hospital there."),
      said("Nice, how do you like it?", Role::kAssistant),
      said("Please always answer me in short sentences. My sister Anna visits on Friday."),
      said("Perhaps we will paint the kitchen green, or rather leave it as it is, who knows.")};
  const auto statements_with = [&](const models::Encoder* encoder, const models::Encoder* second) {
    at_.profile += "x";
    clock_.advance(1'000);  // a run makes its ids from the time
    use({.vfs = {}, .builtin = true, .encoder = encoder, .second_encoder = second});
    ingest(told);
    return statements();
  };
  const std::vector<std::string> by_cues = statements_with(nullptr, nullptr);
  EXPECT_THAT(by_cues, Not(IsEmpty()));
  EXPECT_EQ(statements_with(&server_, nullptr), by_cues);
  const std::size_t before = embedded_.encoded();
  static_cast<void>(statements_with(&server_, &embedded_));
  EXPECT_GT(embedded_.encoded(), before);
}

}  // namespace
}  // namespace holdfast::memory
