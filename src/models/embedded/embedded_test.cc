#include "models/embedded/embedded.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "models/embedded/embedded_testing.h"
#include "models/embedded/kernels/select.h"
#include "models/embedded/shape.h"

namespace holdfast::models {
namespace {

std::vector<EncoderInput> inputs() {
  std::vector<EncoderInput> result;
  for (const ReferenceText& text : reference_texts())
    result.push_back({.text = text.text, .context = text.context, .tokens = true});
  return result;
}

std::vector<Encoding> encode(const Encoder& encoder, std::vector<EncoderInput> texts) {
  return run_here(encoder.encode(std::move(texts))).value();
}

class EmbeddedTest : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] const Encoder& encoder() const { return *encoder_; }

 private:
  const std::unique_ptr<Encoder> encoder_ = open_embedded(HOLDFAST_MODEL_FILE, {.kernels = GetParam()}).value();
};

std::vector<const char*> kernel_names() {
  std::vector<const char*> result;
  for (const Kernels* kernels : usable_kernels()) result.push_back(kernels->name);
  return result;
}

INSTANTIATE_TEST_SUITE_P(Kernels, EmbeddedTest, testing::ValuesIn(kernel_names()),
                         [](const auto& test) { return std::string(test.param); });

void expect_unit_length(const Encoding& encoding) {
  ASSERT_EQ(encoding.pooled.size(), kWidth);
  for (std::size_t i = 0; i <= encoding.spans.size(); ++i) {
    const auto vector =
        i == 0 ? std::span(encoding.pooled) : std::span(encoding.tokens).subspan((i - 1) * kWidth, kWidth);
    float squares = 0;
    for (const float value : vector) squares += value * value;
    EXPECT_NEAR(squares, 1, 1e-4);
  }
}

TEST_P(EmbeddedTest, VectorsAreCloseToThePublishedNetworksAndOfUnitLength) {
  const auto encodings = encode(encoder(), inputs());
  ASSERT_EQ(encodings.size(), reference_texts().size());
  for (std::size_t i = 0; i < encodings.size(); ++i) {
    const ReferenceText& text = reference_texts()[i];
    EXPECT_GE(cosine(encodings[i].pooled, text.pooled), 0.995F) << text.text;
    ASSERT_EQ(encodings[i].spans.size(), text.own_end - text.own_begin) << text.text;
    ASSERT_EQ(encodings[i].tokens.size(), encodings[i].spans.size() * kWidth) << text.text;
    for (const auto& [place, vector] : text.tokens)
      EXPECT_GE(cosine(std::span(encodings[i].tokens).subspan(place * kWidth, kWidth), vector), 0.995F)
          << text.text << ", token " << place;
    expect_unit_length(encodings[i]);
  }
}

TEST_P(EmbeddedTest, AnInputsVectorsDoNotDependOnItsBatch) {
  std::vector<EncoderInput> alone = inputs();
  std::erase_if(alone, [](const EncoderInput& input) { return input.text.size() > 300; });  // to be quick
  ASSERT_GE(alone.size(), 5U);
  const auto together = encode(encoder(), alone);
  for (std::size_t i = 0; i < alone.size(); ++i) {
    const auto encoding = encode(encoder(), {alone[i]});
    ASSERT_EQ(encoding.size(), 1U);
    EXPECT_EQ(encoding[0].pooled, together[i].pooled);
    EXPECT_EQ(encoding[0].spans, together[i].spans);
    EXPECT_EQ(encoding[0].tokens, together[i].tokens);
  }
}

TEST_P(EmbeddedTest, TokensAreGivenOnlyWhereWanted) {
  const auto encodings = encode(encoder(), {{.text = "green tea"}, {.text = "green tea", .tokens = true}});
  EXPECT_TRUE(encodings[0].tokens.empty());
  EXPECT_TRUE(encodings[0].spans.empty());
  EXPECT_EQ(encodings[0].pooled, encodings[1].pooled);
  EXPECT_EQ(encodings[1].spans, (std::vector<TokenSpan>{{0, 5}, {6, 9}}));
}

TEST_P(EmbeddedTest, SimilarTextsAreNearer) {
  const auto encodings = encode(encoder(), {{.text = "I adopted a puppy last week."},
                                            {.text = "We have a young dog now."},
                                            {.text = "The interest rate went up."}});
  EXPECT_GT(cosine(encodings[0].pooled, encodings[1].pooled), cosine(encodings[0].pooled, encodings[2].pooled) + 0.2F);
}

TEST(Embedded, LongTextsAndContextsAreCutToTheModelsLength) {
  const auto encoder = open_embedded(HOLDFAST_MODEL_FILE).value();  // whatever kernels there are
  std::string text;
  for (int i = 0; i < 600; ++i) text += "tea ";
  const std::string beginning = text.substr(0, std::size_t{4} * 510);
  const std::string half = text.substr(0, std::size_t{4} * 300);
  const std::vector<std::string> turns = {"the oldest of them", half, half, half};  // 80 tokens each, but the first
  const auto encodings = encode(*encoder, {{.text = text, .tokens = true},
                                           {.text = beginning},
                                           {.text = text, .context = {"coffee"}, .tokens = true},
                                           {.text = half, .context = turns},
                                           {.text = half, .context = {half, half, half}}});
  EXPECT_EQ(encodings[0].spans.size(), 510U);
  EXPECT_EQ(encodings[0].pooled, encodings[1].pooled);
  EXPECT_EQ(encodings[2].tokens, encodings[0].tokens);  // there is no room left for the context
  EXPECT_EQ(encodings[3].pooled, encodings[4].pooled);  // the oldest goes first: 300 + 3 · 80 are over 510 already
}

class FolderTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_ / "bin"); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::filesystem::path write(const std::filesystem::path& name, std::string_view bytes) const {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      ("holdfast-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

TEST_F(FolderTest, TheModelIsFoundBesideTheBinaryOrInTheSharedFolder) {
  EXPECT_EQ(find_model(folder_ / "bin"), folder_ / "bin" / "all-minilm-l6-v2.model");
  const auto shared = write("share/holdfast/all-minilm-l6-v2.model", "x");
  EXPECT_TRUE(std::filesystem::equivalent(find_model(folder_ / "bin"), shared));
  const auto beside = write("bin/all-minilm-l6-v2.model", "x");
  EXPECT_TRUE(std::filesystem::equivalent(find_model(folder_ / "bin"), beside));
}

TEST_F(FolderTest, AMissingFileIsSaidWithItsName) {
  const auto opened = open_embedded(folder_ / "none.model");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kIo);
  EXPECT_NE(opened.error().message.find("none.model"), std::string::npos);
}

TEST(EmbeddedOptionsTest, KernelsThatTheProcessorLacksAreRefused) {
  const auto opened = open_embedded(HOLDFAST_MODEL_FILE, {.kernels = "abacus"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::kInvalid);
}

TEST_F(FolderTest, ADamagedFileIsCorrupt) {
  const auto bytes = model_bytes().bytes();
  const std::string whole(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string changed = whole;
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  std::string newer = whole;
  newer[8] = 2;
  for (const std::string& damaged :
       {changed, newer, whole.substr(0, whole.size() - 1), whole.substr(0, 100), std::string("hello"), whole + "x"}) {
    const auto opened = open_embedded(write("damaged.model", damaged));
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::kCorrupt);
    EXPECT_NE(opened.error().message.find("damaged.model"), std::string::npos);
  }
}

}  // namespace
}  // namespace holdfast::models
