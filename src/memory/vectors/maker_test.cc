// Vectors made in the background, through a whole service with an encoder that has no model.
#include "memory/vectors/maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <semaphore>

#include "memory/testing.h"
#include "memory/vectors/encoder_testing.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::SizeIs;

// Keeps what a log says of vectors.
class VectorRows final : public ChangeVisitor {
 public:
  std::map<VectorKey, VectorRow> rows;

  void message(const Message&) override {}
  void memory(const Memory&) override {}
  void tombstone(const Tombstone&) override {}
  void job(const Job&) override {}
  void deleted_message(const Id&) override {}
  void deleted_memory(const Id&) override {}
  void deleted_tombstone(const Id&) override {}
  void deleted_job(const Id&) override {}
  void vectors(const VectorRow& row) override { rows[row.key] = row; }
  void deleted_vectors(const VectorKey&) override {}
};

class VectorMakerTest : public ServiceTest {
 protected:
  explicit VectorMakerTest(VectorOptions vectors = {}) : ServiceTest({.vfs = {}, .limits = {}, .start = false}) {
    options_.start = true;
    options_.vectors = vectors;
    use(encoder_);
  }
  ~VectorMakerTest() override {
    encoder_.open();
    run_.reset();  // before the encoder that it uses
  }

  void use(const HashEncoder& encoder) {
    options_.encoder = &encoder;
    run();
  }
  std::size_t waiting() { return status().vectors_pending; }
  [[nodiscard]] bool drains() {
    return run_->tick_until([&] { return waiting() == 0; }) && run_->tick_until_clean();
  }
  std::map<VectorKey, VectorRow> rows() {
    VectorRows visitor;
    EXPECT_TRUE(value_of(run_->stores().open(profile_id(at_)))->read(0, visitor));
    return visitor.rows;
  }
  std::vector<std::string> models() {
    std::vector<std::string> names;
    for (const auto& [_, row] : rows()) names.push_back(row.model);
    return names;
  }
  std::shared_ptr<Profile> profile() { return ServiceInspector::open_profile(service(), profile_id(at_)); }
  static VectorKey of(const Memory& memory) { return {OwnerKind::kMemory, memory.id}; }

  HashEncoder encoder_;
};

TEST_F(VectorMakerTest, EverythingGetsItsVectors) {
  ingest({said("drink = tea"), said("With milk?", Role::kAssistant), said("?with milk")});
  remember("pet = dog");
  ASSERT_TRUE(drains());
  EXPECT_THAT(rows(), SizeIs(3 + memories().size()));
  EXPECT_THAT(models(), Each("hash/1"));
  EXPECT_LE(encoder_.largest_call(), 4U);
  const auto open = profile();
  const Profile::View view = open->view();
  const VectorTables& vectors = view.index().embeddings().current();
  EXPECT_EQ(vectors.message_pieces().size(), 3U);
  EXPECT_EQ(vectors.message_contexts().size(), 3U);  // people in dialogue
  EXPECT_EQ(vectors.memory_contents().size(), memories().size());
  const auto counts = service().counts().vectors;
  EXPECT_EQ(counts.waiting, 0U);
  EXPECT_GE(counts.made, 3U);
}

TEST_F(VectorMakerTest, AMemoryHasTheVectorOfItsContentAsSoonAsItIsStored) {
  const HashEncoder known("all-MiniLM-L6-v2/hash");  // to the learned heads, which need it before it is stored
  use(known);
  ingest({said("drink = tea")});
  const Memory kept = memory_of("drink = tea");
  {
    const auto open = profile();
    const Profile::View view = open->view();
    EXPECT_TRUE(view.index().embeddings().current().memory_contents().contains(*view.index().find_memory(kept.id)));
  }
  use(encoder_);
}

TEST_F(VectorMakerTest, AnAssistantThatAnswersAtLengthIsReadWithoutContextAndInTwoPieces) {
  std::string page;
  for (int i = 0; i < 900; ++i) page += "word" + std::to_string(i) + " ";
  std::vector<IncomingMessage> chat;
  for (int i = 0; i < 12; ++i) {
    chat.push_back(said("?short " + std::to_string(i)));
    chat.push_back(said("?" + std::to_string(i) + " " + page, Role::kAssistant));
  }
  ingest(chat);
  ASSERT_TRUE(drains());
  const auto open = profile();
  const Profile::View view = open->view();
  EXPECT_EQ(view.index().embeddings().current().message_contexts().size(), 0U);
  EXPECT_EQ(view.index().embeddings().current().message_pieces().size(), 12U + 24U);
}

TEST_F(VectorMakerTest, ARestartTakesUpWhatWasLeft) {
  encoder_.fail(1'000'000);
  ingest({said("drink = tea"), said("?one"), said("?two")});
  ASSERT_TRUE(run_->tick_until([&] { return service().counts().vectors.failures > 0; }));
  EXPECT_EQ(waiting(), 4U);
  encoder_.fail(0);
  run();
  ASSERT_TRUE(run_->tick_until_clean());  // nobody asks for the profile
  EXPECT_EQ(waiting(), 0U);
  EXPECT_THAT(rows(), SizeIs(4));
}

TEST_F(VectorMakerTest, AFailureIsTriedAgain) {
  encoder_.fail(3);
  ingest({said("?one")});
  ASSERT_TRUE(drains());
  EXPECT_THAT(rows(), SizeIs(1));
}

TEST_F(VectorMakerTest, AnotherModelMakesThemAnew) {
  ingest({said("drink = tea"), said("?one")});
  ASSERT_TRUE(drains());
  HashEncoder other("hash/2");
  use(other);
  static_cast<void>(waiting());  // opens it
  ASSERT_TRUE(drains());
  EXPECT_THAT(models(), Each("hash/2"));
  EXPECT_THAT(rows(), SizeIs(3));
  use(encoder_);
  options_.encoder = nullptr;
  run();
  EXPECT_EQ(waiting(), 0U);  // without an encoder nothing is missing, and what is there stays
  EXPECT_THAT(rows(), SizeIs(3));
}

TEST_F(VectorMakerTest, WhatIsSupersededOrForgottenLosesThem) {
  ingest({said("drink = tea")});
  ASSERT_TRUE(drains());
  const Memory tea = memory_of("drink = tea");
  EXPECT_TRUE(rows().contains(of(tea)));
  clock_.advance(1'000);
  ingest({said("drink = coffee")});
  EXPECT_FALSE(rows().contains(of(tea)));  // in the same commit
  ASSERT_TRUE(drains());
  EXPECT_TRUE(rows().contains(of(memory_of("drink = coffee"))));
  value_of(run_here(service().delete_session(at_, "s")));
  ASSERT_TRUE(run_->tick_until_clean());
  EXPECT_THAT(rows(), IsEmpty());
  EXPECT_EQ(waiting(), 0U);
}

TEST_F(VectorMakerTest, ADeletedProfileIsLetGo) {
  encoder_.fail(1'000'000);
  ingest({said("?one")});
  const Id id = profile_id(at_);
  value_of(run_here(service().delete_profile(at_)));
  ASSERT_TRUE(run_->tick_until([&] { return !std::filesystem::exists(run_->stores().path(id)); }));
  EXPECT_EQ(service().counts().vectors.waiting, 0U);
}

class SmallBacklogTest : public VectorMakerTest {
 protected:
  SmallBacklogTest() : VectorMakerTest({.messages = true, .backlog = 2, .lanes = 1}) {}

  // Begins to store three messages without memories, which no backlog of two has room for.
  void begin() {
    start(service().ingest(at_, {{said("?one"), said("?two"), said("?three")}, "s", clock_.now()}, true),
          [&](Result<IngestReport> report) {
            stored_ = report ? report->messages_stored.size() : 0;
            answered_.release();
          });
  }
  std::binary_semaphore answered_{0};
  std::size_t stored_ = 0;
};

TEST_F(SmallBacklogTest, AnAnswerWaitsForRoom) {
  encoder_.close();
  begin();
  EXPECT_FALSE(answered_.try_acquire_for(std::chrono::milliseconds(100)));
  EXPECT_EQ(waiting(), 3U);  // they are stored and can be found meanwhile
  encoder_.open();
  answered_.acquire();
  EXPECT_EQ(stored_, 3U);
  EXPECT_LE(waiting(), 2U);
}

TEST_F(SmallBacklogTest, AnAnswerWaitsNoLongerThanHalfAMinute) {
  encoder_.close();
  begin();
  EXPECT_FALSE(answered_.try_acquire_for(std::chrono::milliseconds(100)));
  run_->scheduler().fire();  // the time is up
  answered_.acquire();
  EXPECT_EQ(stored_, 3U);
  EXPECT_EQ(waiting(), 3U);
  encoder_.open();
  EXPECT_TRUE(drains());
}

TEST_F(SmallBacklogTest, AStopLetsTheAnswerOut) {
  encoder_.close();
  begin();
  EXPECT_FALSE(answered_.try_acquire_for(std::chrono::milliseconds(100)));
  service().prepare_stop();
  answered_.acquire();
  encoder_.open();
}

TEST_F(SmallBacklogTest, NobodyWaitsForAnEncoderThatFails) {
  encoder_.fail(1'000'000);
  begin();
  answered_.acquire();
  EXPECT_EQ(stored_, 3U);
  EXPECT_EQ(waiting(), 3U);
  encoder_.fail(0);
  EXPECT_TRUE(drains());
}

class MemoriesAloneTest : public VectorMakerTest {
 protected:
  MemoriesAloneTest() : VectorMakerTest({.messages = false, .backlog = 100, .lanes = 1}) {}
};

TEST_F(MemoriesAloneTest, MessagesAreLeftOut) {
  ingest({said("drink = tea"), said("?one")});
  ASSERT_TRUE(drains());
  EXPECT_THAT(rows(), SizeIs(1));
  EXPECT_EQ(rows().begin()->first, of(memory_of("drink = tea")));
}

}  // namespace
}  // namespace holdfast::memory
