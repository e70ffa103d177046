#include "models/embedded/reference.h"

#include <gtest/gtest.h>

#include "models/embedded/embedded_testing.h"
#include "models/embedded/sequence.h"

namespace holdfast::models {
namespace {

void expect_near(std::span<const float> found, std::span<const float> wanted, float tolerance,
                 const std::string& what) {
  ASSERT_EQ(found.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], wanted[i], tolerance) << what << " at " << i;
}

TEST(Reference, GivesThePublishedNetworksVectors) {
  ASSERT_GT(reference_texts().size(), 5U);
  for (const ReferenceText& text : reference_texts()) {
    Sequence sequence;
    sequence.ids = text.ids;
    sequence.own_begin = text.own_begin;
    sequence.own_end = text.own_end;
    sequence.has_context = !text.context.empty();
    const std::vector<float> hidden = reference_forward(published_weights(), text.ids);
    const Encoding encoding = make_encoding(std::move(sequence), hidden, true);
    expect_near(encoding.pooled, text.pooled, 1e-4F, text.text);
    for (const auto& [place, vector] : text.tokens)
      expect_near(std::span(encoding.tokens).subspan(place * kWidth, kWidth), vector, 1e-4F, text.text);
  }
}

}  // namespace
}  // namespace holdfast::models
