#include "memory/transfer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory/testing.h"

namespace holdfast::memory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class TransferTest : public ServiceTest {
 protected:
  // Runs the test's calls on another profile.
  template <typename Work>
  void in(const std::string& profile, Work work) {
    const std::string before = at_.profile;
    at_.profile = profile;
    work();
    at_.profile = before;
  }
  static Address other(const std::string& profile) { return {"a", "n", profile}; }

  void fill() {
    ingest({said_at(1'000, "drink = milk"), said_at(2'000, "a ran\nb sat"), said_at(3'000, "drink = tea")}, "s");
    ingest({said_at(4'000, "b sat"), said_at(5'000, "c won", Role::kAssistant)}, "t");
    remember("pet = dog", "u");
    ingest({said_at(6'000, "d hid"), said_at(7'000, "color = red"), said_at(8'000, "color = blue")}, "v");
    forget_memory_of("d hid");
    forget_memory_of("color = blue");
    value_of(run_here(service().delete_message(at_, message_id("t", Role::kAssistant, "c won", ""))));
  }
  template <typename Row>
  static std::size_t count(const std::vector<TransferRow>& rows) {
    return static_cast<std::size_t>(
        std::ranges::count_if(rows, [](const TransferRow& row) { return std::holds_alternative<Row>(row); }));
  }
  static std::vector<TransferRow> shuffled(std::vector<TransferRow> rows, std::uint64_t seed) {
    SeededRandom random(seed);
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
    return rows;
  }
};

TEST_F(TransferTest, RowsComeSortedByKindAndId) {
  fill();
  const auto rows = exported(at_);
  EXPECT_EQ(count<ExportedMemory>(rows), 6U);
  EXPECT_EQ(count<Message>(rows), 5U);
  EXPECT_EQ(count<Tombstone>(rows), 6U);
  const auto key = [](const TransferRow& row) {
    return std::visit(
        [&](const auto& value) {
          if constexpr (requires { value.memory; }) {
            return std::pair(row.index(), value.memory.id);
          } else if constexpr (requires { value.hash; }) {
            return std::pair(row.index(), value.hash);
          } else {
            return std::pair(row.index(), value.id);
          }
        },
        row);
  };
  EXPECT_TRUE(std::ranges::is_sorted(rows, {}, key));
  EXPECT_THAT(exported(other("never")), IsEmpty());
}

TEST_F(TransferTest, WhatIsImportedIsExportedUnchanged) {
  fill();
  const auto rows = exported(at_);
  const ImportCounts counts = import(other("copy"), rows);
  EXPECT_EQ(counts.memories, 6U);
  EXPECT_EQ(counts.messages, 5U);
  EXPECT_EQ(counts.tombstones, 6U);
  EXPECT_EQ(counts.skipped, 0U);
  EXPECT_EQ(exported(other("copy")), rows);

  const ImportCounts again = import(other("copy"), rows);
  EXPECT_EQ(again.memories + again.messages + again.tombstones, 0U);
  EXPECT_EQ(again.skipped, rows.size());
  EXPECT_EQ(exported(other("copy")), rows);
  const ImportCounts at_home = import(at_, rows);
  EXPECT_EQ(at_home.skipped, rows.size());
  EXPECT_EQ(exported(at_), rows);
}

TEST_F(TransferTest, TheOrderOfRowsDoesNotMatter) {
  fill();
  const auto rows = exported(at_);
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Address copy = other("copy" + std::to_string(seed));
    import(copy, shuffled(rows, seed), 1 + seed * 3);
    EXPECT_EQ(exported(copy), rows) << "seed " << seed;
  }
}

TEST_F(TransferTest, NothingIsExtractedFromWhatIsImported) {
  fill();
  const int before = script_->extractions();
  import(other("copy"), exported(at_));
  in("copy", [&] {
    const IngestReport again = ingest({said_at(4'000, "b sat")}, "t");
    EXPECT_EQ(again.messages_known, 1U);
    EXPECT_FALSE(again.job);
  });
  EXPECT_EQ(script_->extractions(), before);
}

TEST_F(TransferTest, OfTwoHeadsOfATopicTheNewerStays) {
  ingest({said_at(1'000, "drink = milk"), said_at(4'000, "drink = coffee")});
  in("b", [&] { ingest({said_at(2'000, "drink = tea")}, "x"); });
  in("c", [&] { ingest({said_at(9'000, "drink = water")}, "y"); });
  import(at_, exported(other("b")));
  EXPECT_THAT(statements(false), ElementsAre("drink = coffee"));
  import(at_, exported(other("c")));
  EXPECT_THAT(statements(false), ElementsAre("drink = water"));
  EXPECT_EQ(memory_of("drink = coffee").superseded_by, memory_of("drink = water").id);
}

// Where two profiles meet, it does not matter which came to which.
TEST_F(TransferTest, MergingIsTheSameFromBothSides) {
  fill();
  in("b", [&] {
    ingest({said_at(1'500, "drink = beer"), said_at(6'000, "d hid"), said_at(2'500, "e ran")}, "v");
    ingest({said_at(5'000, "c won", Role::kAssistant), said_at(5'500, "f sat")}, "t");
    forget_memory_of("e ran");
  });
  const auto a = exported(at_);
  const auto b = exported(other("b"));
  import(other("ab"), a);
  import(other("ab"), b);
  import(other("ba"), b);
  import(other("ba"), a);
  const auto merged = exported(other("ab"));
  EXPECT_EQ(exported(other("ba")), merged);
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    auto rows = a;
    rows.insert(rows.end(), b.begin(), b.end());
    const Address copy = other("mixed" + std::to_string(seed));
    import(copy, shuffled(rows, seed), 5);
    EXPECT_EQ(exported(copy), merged) << "seed " << seed;
  }
  import(other("again"), merged);
  EXPECT_EQ(exported(other("again")), merged);
  in("ab", [&] {
    EXPECT_THAT(statements(false), testing::Not(testing::Contains("d hid")));
    EXPECT_THAT(statements(false), testing::Not(testing::Contains("c won")));
    EXPECT_THAT(statements(false), testing::Contains("f sat"));
  });
}

TEST_F(TransferTest, ATombstoneThatComesInTakesWhatLiesUnderIt) {
  ingest({said("a ran"), said("b sat\nc won")});
  in("b", [&] {
    ingest({said("a ran"), said("b sat\nc won")});
    forget_memory_of("a ran");
    forget_memory_of("b sat");
  });
  import(at_, exported(other("b")));
  EXPECT_THAT(statements(), ElementsAre("c won"));
  EXPECT_THAT(texts(), ElementsAre("b sat\nc won"));
  EXPECT_EQ(exported(at_), exported(other("b")));
}

// A memory that comes in does not bring back, as its source, a message that was forgotten here.
TEST_F(TransferTest, AForgottenMessageIsNoSourceOfWhatComesIn) {
  ingest({said("a ran")}, "s");
  in("b", [&] {
    ingest({said("a ran\nb sat")}, "s");
    ingest({said("b sat")}, "t");
  });
  const Id shared = message_id("s", Role::kUser, "a ran\nb sat", "");
  ingest({said("a ran\nb sat")}, "s");
  value_of(run_here(service().delete_message(at_, shared)));
  import(at_, exported(other("b")));
  for (const Memory& memory : memories())
    for (const Source& source : memory.sources) EXPECT_NE(source.message, shared) << memory.content;
  EXPECT_THAT(texts(), ElementsAre("a ran", "b sat"));
}

TEST_F(TransferTest, ABrokenOffImportIsMendedBySendingAllAgain) {
  fill();
  in("b", [&] { ingest({said_at(6'000, "d hid"), said_at(500, "drink = beer"), said_at(9'500, "drink = rum")}, "v"); });
  import(other("whole"), exported(other("b")));
  import(other("whole"), exported(at_));

  import(other("broken"), exported(other("b")));
  {
    const auto importer = value_of(run_here(service().import_profile(other("broken"))));
    value_of(run_here(importer->add(exported(at_))));
  }
  import(other("broken"), exported(at_));
  EXPECT_EQ(exported(other("broken")), exported(other("whole")));
}

TEST_F(TransferTest, RefusesAMessageWhoseIdIsNotItsOwn) {
  ingest({said("a ran")});
  auto rows = exported(at_);
  for (TransferRow& row : rows)
    if (Message* message = std::get_if<Message>(&row)) message->content = "somebody else ran";
  const auto importer = value_of(run_here(service().import_profile(other("copy"))));
  const auto refused = run_here(importer->add(rows));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_THAT(exported(other("copy")), IsEmpty());
}

TEST_F(TransferTest, EventsOfOneKeyAreNoVersions) {
  ingest({said_at(1'000, "a ran"), said_at(2'000, "b sat")});
  auto rows = exported(at_);
  for (TransferRow& row : rows)
    if (ExportedMemory* memory = std::get_if<ExportedMemory>(&row)) memory->memory.topic_key = "sport";
  import(other("copy"), rows);
  EXPECT_EQ(exported(other("copy")), rows);
}

TEST_F(TransferTest, AnExportOfWhatChangesMeanwhileLeavesOutWhatWent) {
  std::vector<IncomingMessage> call;
  for (int i = 0; i < 600; ++i) call.push_back(said("statement " + std::to_string(i)));
  ingest(call);
  const auto exporter = value_of(run_here(service().export_profile(at_)));
  std::vector<TransferRow> rows = value_of(exporter->next());
  forget_memory_of("statement 7");
  ingest({said("statement 601")});
  for (;;) {
    auto page = value_of(exporter->next());
    if (page.empty()) break;
    EXPECT_LE(page.size(), 512U);
    std::ranges::move(page, std::back_inserter(rows));
  }
  EXPECT_GE(count<ExportedMemory>(rows), 599U);
  EXPECT_LE(count<ExportedMemory>(rows), 600U);
  EXPECT_EQ(count<Message>(rows), 599U);
}

}  // namespace
}  // namespace holdfast::memory
