// export and import: the bytes, and what is left behind when they break off.
#include "cli/cli_test_support.h"

namespace holdfast::cli {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A body in pieces, which breaks off after `good` of them when that is not all.
struct Pieces {
  std::string text;
  std::size_t piece = 0, good = 0, at = 0;
};

Task<Result<net::Piece>> next(std::shared_ptr<Pieces> pieces) {
  if (pieces->at * pieces->piece >= pieces->text.size()) co_return net::Piece(std::nullopt);
  if (pieces->at == pieces->good) co_return fail(Code::kIo, "broken off");
  co_return net::Piece(pieces->text.substr(pieces->piece * pieces->at++, pieces->piece));
}

net::Response stream(const std::string& text, std::size_t good_pieces) {
  auto pieces = std::make_shared<Pieces>(Pieces{text, 1000, good_pieces});
  return {.status = 200, .stream = [pieces] { return next(pieces); }};
}

std::string rows() {
  std::string text;
  for (int i = 0; i < 9'000; ++i) text += R"({"kind":"message","content":"é )" + std::to_string(i) + "\"}\n";
  return text;
}

TEST(Transfer, ExportAndImportCarryTheSameBytes) {
  const std::string text = rows();
  FakeServer server([&text](const Seen& seen) {
    if (seen.target.ends_with("/export")) return stream(text, 1'000'000);
    if (seen.target.ends_with("/import")) return ok(R"({"messages":9000,"memories":0,"tombstones":0,"skipped":1})");
    return ok("{}");
  });
  Machine machine;
  machine.environment["HOLDFAST_URL"] = server.url();
  const Folder folder;
  const auto exported = machine.run({"export", folder.path("out.jsonl")});
  EXPECT_EQ(exported.status, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("9000 rows"));
  EXPECT_THAT(exported.err, IsEmpty());
  EXPECT_EQ(folder.read("out.jsonl"), text);
  EXPECT_THAT(folder.names(), ElementsAre("out.jsonl"));
  EXPECT_EQ(machine.run({"export"}).out, text);
  EXPECT_EQ(machine.run({"export", "-"}).out, text);

  const auto imported = machine.run({"import", folder.path("out.jsonl")});
  EXPECT_EQ(imported.status, 0) << imported.err;
  EXPECT_EQ(imported.out, "imported 9000 messages, 0 memories, 0 tombstones; 1 were there already\n");
  EXPECT_TRUE(server.seen().back().body == text);
  EXPECT_EQ(machine.run({"import", "-"}, text).status, 0);
  EXPECT_TRUE(server.seen().back().body == text);
  EXPECT_EQ(server.seen().back().content_type, "application/jsonl");
}

TEST(Transfer, AnExportThatBreaksOffLeavesTheOldFile) {
  FakeServer server([](const Seen&) { return stream(rows(), 3); });
  Machine machine;
  machine.environment["HOLDFAST_URL"] = server.url();
  const Folder folder;
  const std::string file = folder.write("out.jsonl", "old");
  EXPECT_EQ(machine.run({"export", file}).status, 1);
  EXPECT_EQ(folder.read("out.jsonl"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("out.jsonl"));
}

TEST(Transfer, ARefusedExportMakesNoFile) {
  FakeServer server([](const Seen&) { return refuse(404, 1003, "namespace not found"); });
  Machine machine;
  machine.environment["HOLDFAST_URL"] = server.url();
  const Folder folder;
  const auto ran = machine.run({"export", folder.path("out.jsonl")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, HasSubstr("namespace"));
  EXPECT_THAT(folder.names(), IsEmpty());
  EXPECT_EQ(machine.run({"export", folder.path("none/out.jsonl")}).status, 1);
}

TEST(Transfer, WhatCannotBeReadIsNotImported) {
  FakeServer server([](const Seen&) { return ok("{}"); });
  Machine machine;
  machine.environment["HOLDFAST_URL"] = server.url();
  const Folder folder;
  const auto ran = machine.run({"import", folder.path("none")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("cannot open"), HasSubstr("none")));
  EXPECT_EQ(machine.run({"import", folder.path("")}).status, 1);
  EXPECT_THAT(server.seen(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::cli
