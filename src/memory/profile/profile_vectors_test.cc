// Vectors in the index of a profile: what is kept for search, and what waits to be made.
#include "memory/profile/profile_vectors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "memory/profile/profile_index.h"
#include "memory/vectors/packed.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t kDimensions = 8;

search::QuantisedVector vector_of(float value) { return search::quantise(std::vector<float>(kDimensions, value)); }

Message message(const std::string& content, std::int64_t position = 0) {
  Message message;
  message.session_id = "s";
  message.content = content;
  message.position = position;
  message.id = message_id("s", message.role, content, "");
  return message;
}

Memory memory(const std::string& content) {
  Memory memory;
  memory.content = content;
  memory.queries = {"what is " + content};
  memory.id = memory_id(memory.type, content, nullptr, 0);
  return memory;
}

VectorRow row_of(const Message& message, const std::string& model = "m") {
  return {{OwnerKind::kMessage, message.id},
          model,
          pack(MessageVectors{{vector_of(1)}, vector_of(2), {.bytes_per_token = 1, .bits = {7, 8}}})};
}

VectorRow row_of(const Memory& memory, bool complete = true, const std::string& model = "m") {
  return {{OwnerKind::kMemory, memory.id},
          model,
          pack(MemoryVectors{
              vector_of(1), {vector_of(2)}, {.bytes_per_token = 1, .bits = {9}}, hash_of_texts(memory), complete})};
}

class ProfileVectorsTest : public testing::Test {
 protected:
  ProfileVectorsTest() { index_.want_vectors({.model = "m", .dimensions = kDimensions, .messages = true}); }
  const ProfileVectors& vectors() { return index_.embeddings(); }
  const VectorTables& tables() { return vectors().current(); }

  ProfileIndex index_;
};

TEST_F(ProfileVectorsTest, WhatComesWaitsUntilItsVectorsAreThere) {
  const Message said = message("hello");
  const Memory kept = memory("tea");
  index_.message(said);
  index_.memory(kept);
  EXPECT_EQ(vectors().waiting(), 2U);
  index_.vectors(row_of(said));
  index_.vectors(row_of(kept, false));
  EXPECT_THAT(vectors().waiting_messages(), IsEmpty());
  EXPECT_THAT(vectors().waiting_memories(), ElementsAre(*index_.find_memory(kept.id)));  // the queries are to come
  EXPECT_TRUE(tables().memory_contents().contains(*index_.find_memory(kept.id)));
  index_.vectors(row_of(kept));
  EXPECT_EQ(vectors().waiting(), 0U);
  const search::DocId doc = *index_.find_message(said.id);
  EXPECT_EQ(tables().message_pieces().rows_of(doc).scales.size(), 1U);
  EXPECT_TRUE(tables().message_contexts().contains(doc));
  EXPECT_THAT(tables().message_codes().codes(doc), ElementsAre(7, 8));
}

TEST_F(ProfileVectorsTest, AnotherModelsOrDamagedRowsAreMissing) {
  const Message said = message("hello");
  index_.message(said);
  index_.vectors(row_of(said, "other"));
  EXPECT_EQ(vectors().waiting(), 1U);
  VectorRow damaged = row_of(said);
  damaged.data[5] = static_cast<char>(damaged.data[5] ^ 1);
  index_.vectors(damaged);
  EXPECT_EQ(vectors().waiting(), 1U);
  EXPECT_FALSE(tables().message_pieces().contains(*index_.find_message(said.id)));
}

TEST_F(ProfileVectorsTest, AReplacedRowKeepsItsVectors) {
  Memory kept = memory("tea");
  Message said = message("hello");
  index_.memory(kept);
  index_.message(said);
  index_.vectors(row_of(kept));
  index_.vectors(row_of(said));
  kept.updated_at = 9;
  said.position = 4;
  index_.memory(kept);
  index_.message(said);
  EXPECT_EQ(vectors().waiting(), 0U);
  EXPECT_TRUE(tables().memory_queries().contains(*index_.find_memory(kept.id)));
  EXPECT_TRUE(tables().message_codes().contains(*index_.find_message(said.id)));
  kept.queries.push_back("which drink");  // other texts: made again
  index_.memory(kept);
  EXPECT_EQ(vectors().waiting_memories().size(), 1U);
  index_.vectors(row_of(kept));
  EXPECT_EQ(vectors().waiting(), 0U);
}

TEST_F(ProfileVectorsTest, SupersededMemoriesLackNothingUntilTheyAreCurrentAgain) {
  Memory kept = memory("tea");
  index_.memory(kept);
  index_.vectors(row_of(kept));
  kept.superseded_by = Id::from_digest(sha256("x"));
  index_.memory(kept);
  index_.deleted_vectors({OwnerKind::kMemory, kept.id});
  EXPECT_EQ(vectors().waiting(), 0U);
  EXPECT_FALSE(tables().memory_contents().contains(*index_.find_memory(kept.id)));
  kept.superseded_by.reset();
  index_.memory(kept);
  EXPECT_EQ(vectors().waiting(), 1U);
}

TEST_F(ProfileVectorsTest, WhatIsDeletedLeavesNothing) {
  const Message said = message("hello");
  const Memory kept = memory("tea");
  index_.message(said);
  index_.memory(kept);
  index_.vectors(row_of(said));
  index_.deleted_message(said.id);
  index_.deleted_memory(kept.id);
  index_.vectors(row_of(said));  // a row without its owner
  EXPECT_EQ(vectors().waiting(), 0U);
  EXPECT_EQ(tables().message_pieces().size(), 0U);
  EXPECT_EQ(tables().message_codes().tokens(), 0U);
}

// Two models: "m" is wanted, "old" was before it, and its vectors have 16 dimensions.
class VectorsOfTwoModelsTest : public testing::Test {
 protected:
  VectorsOfTwoModelsTest() {
    index_.want_vectors(
        {.model = "m", .dimensions = kDimensions, .messages = true, .before = "old", .dimensions_before = 16});
    index_.message(said_);
    index_.memory(kept_);
    index_.vectors(old_row(said_));
    index_.vectors(old_row(kept_));
  }
  static search::QuantisedVector old_vector() { return search::quantise(std::vector<float>(16, 1)); }
  static VectorRow old_row(const Message& message) {
    return {{OwnerKind::kMessage, message.id}, "old", pack(MessageVectors{{old_vector()}, {}, {}})};
  }
  static VectorRow old_row(const Memory& memory) {
    return {{OwnerKind::kMemory, memory.id},
            "old",
            pack(MemoryVectors{old_vector(), {old_vector()}, {}, hash_of_texts(memory), true})};
  }
  const ProfileVectors& vectors() { return index_.embeddings(); }

  ProfileIndex index_;
  const Message said_ = message("hello");
  const Memory kept_ = memory("tea");
};

TEST_F(VectorsOfTwoModelsTest, TheEarlierOnesServeUntilAllAreThere) {
  EXPECT_EQ(vectors().waiting(), 2U);
  EXPECT_EQ(vectors().current().documents(), 0U);
  EXPECT_EQ(vectors().before().documents(), 2U);
  EXPECT_EQ(vectors().before().message_pieces().dimensions(), 16U);
  index_.vectors(row_of(said_));
  EXPECT_EQ(vectors().current().documents(), 1U);
  EXPECT_EQ(vectors().current().message_pieces().dimensions(), kDimensions);
  EXPECT_EQ(vectors().before().documents(), 2U);
  index_.vectors(row_of(kept_));
  EXPECT_EQ(vectors().waiting(), 0U);
  EXPECT_EQ(vectors().current().documents(), 2U);
  EXPECT_EQ(vectors().before().documents(), 0U);
}

TEST_F(VectorsOfTwoModelsTest, AreFoundByTheNameOfTheModel) {
  EXPECT_EQ(vectors().of("m"), &vectors().current());
  EXPECT_EQ(vectors().of("old"), &vectors().before());
  EXPECT_EQ(vectors().of("other"), nullptr);
  EXPECT_EQ(vectors().of(""), nullptr);
}

TEST_F(VectorsOfTwoModelsTest, WhatIsDeletedOrReplacedLeavesBoth) {
  Message moved = said_;
  moved.position = 7;
  index_.message(moved);
  EXPECT_TRUE(vectors().before().message_pieces().contains(*index_.find_message(said_.id)));
  index_.deleted_message(said_.id);
  EXPECT_EQ(vectors().before().documents(), 1U);
  index_.deleted_vectors({OwnerKind::kMemory, kept_.id});
  EXPECT_EQ(vectors().before().documents(), 0U);
  EXPECT_EQ(vectors().waiting(), 1U);
}

TEST(ProfileVectorsWantedTest, WithoutAModelOrForMemoriesAloneLessWaits) {
  ProfileIndex none;
  none.message(message("hello"));
  none.memory(memory("tea"));
  EXPECT_EQ(none.embeddings().waiting(), 0U);
  none.vectors(row_of(memory("tea")));
  EXPECT_EQ(none.embeddings().current().memory_contents().size(), 0U);

  ProfileIndex memories;
  memories.want_vectors({.model = "m", .dimensions = kDimensions, .messages = false});
  memories.message(message("hello"));
  memories.memory(memory("tea"));
  EXPECT_EQ(memories.embeddings().waiting(), 1U);
  memories.vectors(row_of(message("hello")));
  EXPECT_TRUE(memories.embeddings().current().message_pieces().contains(0));
}

}  // namespace
}  // namespace holdfast::memory
