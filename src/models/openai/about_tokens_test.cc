#include "models/openai/about_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"

namespace holdfast::models {
namespace {

using testing::ElementsAre;

std::string words(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "w" : " w") + std::to_string(i);
  return text;
}

TEST(AboutTokens, CountsWordsAndLongOnesByTheirLength) {
  EXPECT_EQ(about_tokens(""), 0U);
  EXPECT_EQ(about_tokens(" \n "), 0U);
  EXPECT_EQ(about_tokens(words(10)), 13U);
  EXPECT_EQ(about_tokens(std::string(60, 'x')), 10U);
  EXPECT_EQ(about_tokens("記憶は人のものである"), 10U);
}

TEST(AboutTokens, CutsBetweenWords) {
  EXPECT_EQ(first_tokens("one two three four", 3), "one two");
  EXPECT_EQ(first_tokens("one two", 1'000), "one two");
  EXPECT_EQ(first_tokens("one two  ", 3), "one two  ");
  EXPECT_EQ(first_tokens("one", 0), "one");
  EXPECT_EQ(first_tokens("", 5), "");
  const std::string long_word = std::string(1'000, 'x');
  EXPECT_EQ(first_tokens(long_word, 16).size(), 96U);
  std::string japanese;
  for (int i = 0; i < 200; ++i) japanese += "記";
  const std::string_view cut = first_tokens(japanese, 40);
  EXPECT_TRUE(valid_utf8(cut));
  EXPECT_GT(cut.size(), 60U);
  EXPECT_LE(cut.size(), 120U);
}

TEST(AboutTokens, PiecesCoverTheTextAndOverlap) {
  const std::string text = words(100);  // 130 tokens
  const auto pieces = about_pieces(text, 52, 39, 8);
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_TRUE(pieces[0].starts_with("w0 ") && pieces[0].ends_with(" w39 "));
  EXPECT_TRUE(pieces[1].starts_with("w30 ") && pieces[1].ends_with(" w69 "));
  EXPECT_TRUE(pieces[2].starts_with("w60 ") && pieces[2].ends_with(" w99"));
  EXPECT_EQ(about_pieces(text, 52, 39, 2).size(), 2U);
  EXPECT_THAT(about_pieces("", 10, 5, 8), ElementsAre(""));
  EXPECT_THAT(about_pieces(" \n", 10, 5, 8), ElementsAre(" \n"));
  EXPECT_THAT(about_pieces("one", 10, 5, 8), ElementsAre("one"));
  EXPECT_THAT(about_pieces("one two", 0, 0, 0), ElementsAre("one "));
}

TEST(AboutTokens, ALittleRestStaysWithThePieceBefore) {
  EXPECT_EQ(about_pieces(words(43), 52, 39, 8).size(), 1U);
  EXPECT_EQ(about_pieces(words(44), 52, 39, 8).size(), 2U);
}

}  // namespace
}  // namespace holdfast::models
