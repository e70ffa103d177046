#include "api/transfer_json.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/limits.h"

namespace holdfast::api {
namespace {

namespace json = boost::json;
using memory::ExportedMemory;
using memory::Message;
using memory::Source;
using memory::Tombstone;
using memory::TransferRow;

Id id_of(std::string_view text) { return Id::from_digest(sha256(text)); }

Message a_message() {
  Message message;
  message.session_id = "standup 2026/04/21 é";
  message.role = memory::Role::kAssistant;
  message.name = "Grace";
  message.content = "Line one\nline \"two\" \\ \t\x01 \xf0\x9f\x8c\xb1";
  message.timestamp = parse_iso("2026-04-21T09:30:00.123Z").value();
  message.position = 41;
  message.id = memory::message_id(message.session_id, message.role, message.content, message.name);
  return message;
}

memory::Memory a_memory() {
  memory::Memory memory;
  memory.id = id_of("memory");
  memory.type = memory::MemoryType::kInstruction;
  memory.content = "Always use pnpm.";
  memory.summary = "Use pnpm; the key is sk-ant-REDACTED";
  memory.session_id = "s";
  memory.name = "Ada";
  memory.created_at = parse_iso("2026-04-21").value();
  memory.updated_at = parse_iso("2026-04-22").value();
  memory.position = 3;
  memory.topic_key = "user/package manager";
  memory.keywords = {"pnpm", "npm"};
  memory.queries = {"Which package manager?"};
  memory.sources = {Source{id_of("one"), 1, 1}, Source{id_of("two"), 2, 9}};
  memory.derivations = {"relative date"};
  memory.superseded_by = id_of("next");
  return memory;
}

void expect_round_trip(const TransferRow& row) {
  const std::string line = to_line(row);
  ASSERT_TRUE(line.ends_with('\n'));
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "a row is one line";
  const auto read = parse_line(line);
  ASSERT_TRUE(read) << read.error().message << " in " << line;
  EXPECT_EQ(*read, row) << line;
  EXPECT_EQ(to_line(*read), line);
}

TEST(TransferJsonTest, MessagesComeBackAsTheyLeft) {
  Message message = a_message();
  expect_round_trip(message);
  message.name.clear();
  message.position = 0;
  message.timestamp = -1;
  expect_round_trip(message);
}

TEST(TransferJsonTest, MemoriesComeBackAsTheyLeft) {
  expect_round_trip(ExportedMemory{a_memory(), std::nullopt});
  memory::Memory bare;
  bare.id = id_of("bare");
  bare.content = "x";
  expect_round_trip(ExportedMemory{bare, std::nullopt});
}

TEST(TransferJsonTest, TombstonesComeBackAsTheyLeft) { expect_round_trip(Tombstone{id_of("gone")}); }

TEST(TransferJsonTest, WhatAMemorySupersedesIsWrittenButNotRead) {
  const auto line = to_line(ExportedMemory{a_memory(), id_of("before")});
  EXPECT_EQ(json::parse(line).at("supersedes"), id_of("before").to_string().c_str());
  EXPECT_EQ(parse_line(line).value(), TransferRow(ExportedMemory{a_memory(), std::nullopt}));
}

TEST(TransferJsonTest, RowsAreFlatAndSayTheirKindFirst) {
  EXPECT_TRUE(to_line(a_message()).starts_with(R"({"kind":"message","id":")"));
  EXPECT_TRUE(to_line(ExportedMemory{a_memory(), std::nullopt}).starts_with(R"({"kind":"memory","id":")"));
  EXPECT_EQ(to_line(Tombstone{id_of("gone")}), R"({"kind":"tombstone","hash":")" + id_of("gone").to_string() + "\"}\n");
  const json::value row = json::parse(to_line(ExportedMemory{a_memory(), std::nullopt}));
  EXPECT_EQ(row.at("sources"), (json::array{id_of("one").to_string(), id_of("two").to_string()}));
  EXPECT_EQ(row.at("sourceLines"), json::parse("[[1,1],[2,9]]"));
}

TEST(TransferJsonTest, RowsOfOtherProgramsMayLeaveOutWhatIsOptional) {
  const std::string id = id_of("memory").to_string(), source = id_of("one").to_string();
  const auto row = parse_line(R"({"kind":"memory","id":")" + id + R"(","type":"fact","content":"x","position":0,)" +
                              R"("createdAt":"2026-04-21","updatedAt":"2026-04-21T02:00+02:00","sources":[")" + source +
                              R"("],"topicKey":null,"future":{"a":1}})");
  ASSERT_TRUE(row) << row.error().message;
  const memory::Memory& memory = std::get<ExportedMemory>(*row).memory;
  EXPECT_EQ(memory.sources, (std::vector{Source{id_of("one"), 1, 1}}));
  EXPECT_EQ(memory.created_at, memory.updated_at);
  EXPECT_EQ(memory.session_id, "");
  EXPECT_TRUE(memory.current());
}

// `row` with one field changed, or removed when `value` is "".
std::string changed(const TransferRow& row, std::string_view field, std::string_view value) {
  json::object object = json::parse(to_line(row)).as_object();
  object.erase(field);
  if (!value.empty()) object[field] = json::parse(value);
  return json::serialize(object);
}

struct BadField {
  std::string field, value;
};

void expect_refused(const TransferRow& row, const std::vector<BadField>& bad) {
  for (const auto& [field, value] : bad) {
    const auto read = parse_line(changed(row, field, value));
    ASSERT_FALSE(read) << field << " = " << value;
    EXPECT_EQ(read.error().code, Code::kInvalid);
    EXPECT_EQ(read.error().pointer, "/" + field) << value;
  }
}

TEST(TransferJsonTest, RefusesBadMessages) {
  expect_refused(a_message(), {{"kind", ""},
                               {"kind", R"("job")"},
                               {"kind", "1"},
                               {"id", ""},
                               {"id", R"("x")"},
                               {"id", "\"" + std::string(26, 'U') + "\""},
                               {"sessionId", ""},
                               {"sessionId", "null"},
                               {"sessionId", R"("")"},
                               {"sessionId", "\"" + std::string(65, 'x') + "\""},
                               {"role", R"("tool")"},
                               {"role", ""},
                               {"name", "\"" + std::string(65, 'x') + "\""},
                               {"content", R"("")"},
                               {"content", ""},
                               {"content", "\"" + std::string(kMaxContent + 1, 'x') + "\""},
                               {"timestamp", R"("yesterday")"},
                               {"timestamp", "null"},
                               {"timestamp", "0"},
                               {"position", ""},
                               {"position", "-1"},
                               {"position", "1.5"},
                               {"position", "9007199254740992"}});
}

TEST(TransferJsonTest, RefusesBadMemories) {
  expect_refused(ExportedMemory{a_memory(), std::nullopt}, {{"id", ""},
                                                            {"type", R"("opinion")"},
                                                            {"content", ""},
                                                            {"summary", "1"},
                                                            {"createdAt", ""},
                                                            {"updatedAt", R"("2026-02-30")"},
                                                            {"position", "-1"},
                                                            {"keywords", R"("pnpm")"},
                                                            {"queries", "[1]"},
                                                            {"derivations", "{}"},
                                                            {"supersededBy", R"("x")"},
                                                            {"sources", R"(["x"])"},
                                                            {"sources", "{}"},
                                                            {"sourceLines", "null"},
                                                            {"sourceLines", "[]"},
                                                            {"sourceLines", "[[1,1],[2]]"},
                                                            {"sourceLines", "[[1,1],[3,2]]"},
                                                            {"sourceLines", "[[1,1],[0,2]]"},
                                                            {"sourceLines", R"([[1,1],[1,"2"]])"},
                                                            {"sourceLines", "[[1,1],[1,99999999]]"}});
}

TEST(TransferJsonTest, RefusesBadTombstonesAndWhatIsNoRow) {
  expect_refused(Tombstone{id_of("gone")}, {{"hash", ""}, {"hash", R"("x")"}});
  for (const char* line : {"", "[]", "null", "{", "{}", R"({"kind":"tombstone"})", "\xff"}) {
    const auto read = parse_line(line);
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().code, Code::kInvalid);
  }
}

}  // namespace
}  // namespace holdfast::api
