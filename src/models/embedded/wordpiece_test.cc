#include "models/embedded/wordpiece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <string>

namespace holdfast::models {
namespace {

using ::testing::ElementsAre;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The model's own vocabulary.
const WordPiece& model() {
  static const WordPiece made = WordPiece::make(read_file(std::string(HOLDFAST_MODEL_DIR) + "/vocab.txt")).value();
  return made;
}

WordPiece small() { return WordPiece::make("[UNK]\n[CLS]\n[SEP]\na\nab\n##c\n##cd\n,\ncafe\n中\n##한").value(); }

std::string shown(const Tokens& tokens) {
  std::string out;
  for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
    out += std::to_string(tokens.ids[i]) + '@' + std::to_string(tokens.spans[i].begin) + '-' +
           std::to_string(tokens.spans[i].end) + ' ';
  }
  return out;
}

TEST(WordPiece, GivesTheIdsAndPlacesOfTheReference) {
  std::ifstream in(std::string(HOLDFAST_ENCODER_TESTDATA) + "/tokens.jsonl");
  std::size_t texts = 0;
  for (std::string line; std::getline(in, line); ++texts) {
    const boost::json::value row = boost::json::parse(line);
    const std::string text(row.at("text").as_string());
    Tokens expected;
    const auto& spans = row.at("spans").as_array();
    for (const boost::json::value& id : row.at("ids").as_array()) {
      const std::size_t i = expected.ids.size();
      expected.ids.push_back(id.to_number<std::uint32_t>());
      expected.spans.push_back({spans[2 * i].to_number<std::uint32_t>(), spans[2 * i + 1].to_number<std::uint32_t>()});
    }
    EXPECT_EQ(shown(model().tokenize(text)), shown(expected)) << "line " << texts + 1 << ": " << text;
  }
  EXPECT_GT(texts, 150U);
}

TEST(WordPiece, KnowsTheSignsOfTheModel) {
  EXPECT_EQ(model().size(), 30'522U);
  EXPECT_EQ(model().unknown(), 100U);
  EXPECT_EQ(model().start(), 101U);
  EXPECT_EQ(model().separator(), 102U);
}

TEST(WordPiece, TakesTheLongestEntryAndGoesOnWithIt) {
  const WordPiece pieces = small();
  EXPECT_EQ(shown(pieces.tokenize("ABCD, acd")), "4@0-2 6@2-4 7@4-5 3@6-7 6@7-9 ");
  EXPECT_EQ(shown(pieces.tokenize("abd a")), "0@0-3 3@4-5 ");  // a word that cannot be cut to its end is unknown whole
  EXPECT_TRUE(pieces.goes_on(5));
  EXPECT_FALSE(pieces.goes_on(4));
}

TEST(WordPiece, DropsMalformedBytes) {
  EXPECT_EQ(shown(small().tokenize("a\xFF\xC3"
                                   "b\x80 \xE4\xB8\xAD\xE4\xB8")),
            "4@0-4 9@6-9 ");
  EXPECT_EQ(shown(small().tokenize("\xED\xA0\x80\xFE")), "");
  EXPECT_EQ(shown(small().tokenize({"a\0b", 3})), "4@0-3 ");
}

TEST(WordPiece, ReadsNoMoreThanWanted) {
  EXPECT_EQ(shown(small().tokenize("ab abcd ab", 2)), "4@0-2 4@3-5 ");
  EXPECT_EQ(shown(small().tokenize("ab", 0)), "");
}

TEST(WordPiece, AWordOfAnyLengthIsOneToken) {
  EXPECT_EQ(shown(small().tokenize(std::string(1'000'000, 'a') + " a")), "0@0-1000000 3@1000001-1000002 ");
}

TEST(WordPiece, RefusesAVocabularyThatCannotBeTrusted) {
  const auto code = [](std::string_view vocabulary) { return WordPiece::make(vocabulary).error().code; };
  EXPECT_EQ(code(""), Code::kCorrupt);
  EXPECT_EQ(code("[UNK]\n[CLS]\na"), Code::kCorrupt);
  EXPECT_EQ(code("[UNK]\n[CLS]\n[SEP]\na\nb\na"), Code::kCorrupt);
  EXPECT_EQ(code("[UNK]\n[CLS]\n[SEP]\n\nb"), Code::kCorrupt);
  EXPECT_EQ(code("[UNK]\n[CLS]\n[SEP]\n##"), Code::kCorrupt);
  EXPECT_EQ(code("[UNK]\n[CLS]\n[SEP]\na\xFF"), Code::kCorrupt);
  EXPECT_TRUE(WordPiece::make("[UNK]\n[CLS]\n[SEP]\n").has_value());
}

TEST(WordPiecePieces, ATextThatFitsIsOnePiece) {
  EXPECT_THAT(small().pieces("", 10, 8, 5), ElementsAre(""));
  EXPECT_THAT(small().pieces("  \xFF ", 10, 8, 5), ElementsAre("  \xFF "));
  EXPECT_THAT(small().pieces(" a ab, a ", 4, 3, 5), ElementsAre(" a ab, a "));
}

TEST(WordPiecePieces, RunsBeginEveryStride) {
  EXPECT_THAT(small().pieces("a a a a ab ab ab a", 4, 3, 9), ElementsAre("a a a a ", "a ab ab ab ", "ab a"));
  EXPECT_THAT(small().pieces("a a a a ab ab ab a", 4, 3, 2), ElementsAre("a a a a ", "a ab ab ab "));
  EXPECT_THAT(small().pieces("a a a", 0, 0, 0), ElementsAre("a "));
}

TEST(WordPiecePieces, AShortRestStaysWithTheRunBefore) {
  std::string text;
  for (int i = 0; i < 21; ++i) text += i == 20 ? "ab" : "a ";
  EXPECT_THAT(small().pieces(text, 20, 20, 9), ElementsAre(text));
  EXPECT_EQ(small().pieces(text + " a", 20, 20, 9).size(), 2U);
}

TEST(WordPiecePieces, WordsStayWhole) {
  EXPECT_THAT(small().pieces("a acc acc a", 3, 3, 9), ElementsAre("a ", "acc ", "acc ", "a"));
  EXPECT_THAT(small().pieces("accccc a", 3, 3, 9), ElementsAre("acc", "ccc ", "a"));
}

TEST(WordPiecePieces, CoverTheTextWhateverTheSizes) {
  const std::string text =
      "Zoe\xCC\x88 said: \"unaffable antidisestablishmentarianism\", 한국어를 조금 배웠어요 东京 (2024)!";
  for (std::size_t tokens = 1; tokens < 60; ++tokens) {
    for (std::size_t stride = 1; stride <= tokens; ++stride) {
      const auto pieces = model().pieces(text, tokens, stride, 1000);
      const char* reached = text.data();
      for (const std::string_view piece : pieces) {
        ASSERT_LE(piece.data(), reached);
        reached = std::max(reached, piece.data() + piece.size());
      }
      ASSERT_EQ(reached, text.data() + text.size()) << tokens << ' ' << stride;
    }
  }
}

}  // namespace
}  // namespace holdfast::models
