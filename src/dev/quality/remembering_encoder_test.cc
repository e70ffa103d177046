#include "dev/quality/remembering_encoder.h"

#include <gtest/gtest.h>

#include "dev/quality/testing.h"

namespace holdfast::dev::quality {
namespace {

class Counting final : public models::Encoder {
 public:
  explicit Counting(std::string name) : name_(std::move(name)) {}
  [[nodiscard]] std::string_view model() const override { return name_; }
  [[nodiscard]] std::size_t dimensions() const override { return 2; }
  [[nodiscard]] bool has_tokens() const override { return true; }
  [[nodiscard]] Task<Result<std::vector<models::Encoding>>> encode(
      std::vector<models::EncoderInput> inputs) const override {
    std::vector<models::Encoding> made;
    for (const models::EncoderInput& input : inputs) {
      ++encoded;
      made.push_back({.pooled = {static_cast<float>(input.text.size()), 1}, .spans = {{0, 1}}, .tokens = {1, 0}});
    }
    co_return made;
  }
  [[nodiscard]] std::vector<std::string_view> pieces(std::string_view text, std::size_t, std::size_t,
                                                     std::size_t) const override {
    return {text};
  }
  mutable int encoded = 0;

 private:
  std::string name_;
};

std::vector<models::Encoding> encode(const models::Encoder& encoder, std::vector<std::string> texts) {
  std::vector<models::EncoderInput> inputs;
  for (std::string& text : texts) inputs.push_back({.text = std::move(text), .context = {}, .tokens = true});
  return *run_here(encoder.encode(std::move(inputs)));
}

TEST(RememberingEncoder, EncodesATextOnceFromWhenItRemembers) {
  const auto counting = std::make_shared<Counting>("m");
  RememberingEncoder encoder(counting);
  encode(encoder, {"one"});
  encode(encoder, {"one"});
  EXPECT_EQ(counting->encoded, 2);
  encoder.remember();
  encode(encoder, {"one"});
  const auto made = encode(encoder, {"three", "one"});
  EXPECT_EQ(counting->encoded, 4);
  EXPECT_EQ(encoder.known(), 1U);
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].pooled[0], 5);
  EXPECT_EQ(made[1].pooled[0], 3);
}

TEST(RememberingEncoder, AFileServesItsModelAlone) {
  const Folder folder;
  const std::string file = folder.path("vectors");
  const auto counting = std::make_shared<Counting>("m");
  RememberingEncoder first(counting);
  ASSERT_TRUE(first.load(file));  // not there yet
  first.remember();
  const auto made = encode(first, {"one", "two"});
  ASSERT_TRUE(first.save(file));

  RememberingEncoder second(counting);
  ASSERT_TRUE(second.load(file));
  const auto again = encode(second, {"two", "one"});
  EXPECT_EQ(counting->encoded, 2);
  EXPECT_EQ(again[1].pooled, made[0].pooled);
  EXPECT_EQ(again[1].spans, made[0].spans);
  EXPECT_EQ(again[1].tokens, made[0].tokens);

  const auto other = std::make_shared<Counting>("n");
  RememberingEncoder third(other);
  ASSERT_TRUE(third.load(file));
  encode(third, {"one"});
  EXPECT_EQ(other->encoded, 1);

  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 3);
  RememberingEncoder fourth(counting);
  EXPECT_FALSE(fourth.load(file));
}

}  // namespace
}  // namespace holdfast::dev::quality
