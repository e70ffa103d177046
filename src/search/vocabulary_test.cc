#include "search/vocabulary.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::search {
namespace {

TEST(Vocabulary, NumbersTermsInTheOrderOfFirstSight) {
  Vocabulary words;
  EXPECT_EQ(words.find("harbour"), std::nullopt);
  EXPECT_EQ(words.intern("harbour"), 0u);
  EXPECT_EQ(words.intern("boat"), 1u);
  EXPECT_EQ(words.intern("harbour"), 0u);
  EXPECT_EQ(words.intern(""), 2u);
  EXPECT_EQ(words.find("boat"), 1u);
  EXPECT_EQ(words.find("boats"), std::nullopt);
  EXPECT_EQ(words.text(0), "harbour");
  EXPECT_EQ(words.text(1), "boat");
  EXPECT_EQ(words.text(2), "");
  EXPECT_EQ(words.size(), 3u);
}

TEST(Vocabulary, KeepsApartAHundredThousandTerms) {
  Vocabulary words;
  const auto term = [](std::size_t i) { return "t" + std::to_string(i * 7919); };
  for (std::size_t i = 0; i < 100'000; ++i) ASSERT_EQ(words.intern(term(i)), i);
  const std::size_t before = words.bytes();
  words.shrink_to_fit();
  EXPECT_LE(words.bytes(), before);
  for (std::size_t i = 0; i < 100'000; ++i) {
    ASSERT_EQ(words.find(term(i)), i);
    ASSERT_EQ(words.text(static_cast<TermId>(i)), term(i));
  }
  EXPECT_EQ(words.find("t1"), std::nullopt);
  EXPECT_LT(words.bytes(), 100'000u * 40);
}

TEST(Vocabulary, CutsTermsOverItsLimit) {
  Vocabulary words;
  const TermId id = words.intern(std::string(300, 'a') + "b");
  EXPECT_EQ(words.find(std::string(300, 'a') + "c"), id);
  EXPECT_EQ(words.text(id), std::string(255, 'a'));
  EXPECT_NE(words.intern(std::string(254, 'a')), id);
}

}  // namespace
}  // namespace holdfast::search
