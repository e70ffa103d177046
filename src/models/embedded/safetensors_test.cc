#include "models/embedded/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::models {
namespace {

std::vector<std::byte> file_of(std::string_view header, std::vector<float> data, std::uint64_t length_added = 0) {
  const std::uint64_t length = header.size() + length_added;
  std::vector<std::byte> file(8 + header.size() + (data.size() * sizeof(float)));
  std::memcpy(file.data(), &length, 8);
  std::memcpy(file.data() + 8, header.data(), header.size());
  if (!data.empty()) std::memcpy(file.data() + 8 + header.size(), data.data(), data.size() * sizeof(float));
  return file;
}

TEST(Safetensors, ReadsAFloatTensorByNameAndShape) {
  const auto file = file_of(R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                            R"("b":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}})",
                            {1, 2, 3});
  const auto tensors = Safetensors::parse(file);
  ASSERT_TRUE(tensors);
  EXPECT_EQ(tensors->floats("b", {2, 1}).value(), (std::vector<float>{2, 3}));
  EXPECT_FALSE(tensors->floats("b", {1, 2}));
  EXPECT_FALSE(tensors->floats("c", {1}));
}

TEST(Safetensors, RefusesLengthsThatDoNotFit) {
  EXPECT_FALSE(Safetensors::parse({}));
  EXPECT_FALSE(Safetensors::parse(file_of("{}", {}, 1)));
  EXPECT_FALSE(Safetensors::parse(file_of("{}", {}, ~std::uint64_t{0} - 5)));
  EXPECT_FALSE(Safetensors::parse(file_of("[]", {})));
  for (const std::string_view tensor :
       {R"({"shape":[1],"data_offsets":[0,4]})", R"({"dtype":"F32","shape":[1]})", R"(7)",
        R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})", R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})",
        R"({"dtype":"F32","shape":[1],"data_offsets":[-4,0]})", R"({"dtype":"F32","shape":[1],"data_offsets":[0,4,4]})",
        R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,4]})"})
    EXPECT_FALSE(Safetensors::parse(file_of("{\"a\":" + std::string(tensor) + "}", {1}))) << tensor;
}

TEST(Safetensors, RefusesATensorWhoseBytesAreNotItsShape) {
  for (const std::string_view tensor :
       {R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", R"({"dtype":"F16","shape":[2],"data_offsets":[0,4]})"}) {
    const auto file = file_of("{\"a\":" + std::string(tensor) + "}", {1});
    const auto tensors = Safetensors::parse(file);
    ASSERT_TRUE(tensors) << tensor;
    EXPECT_FALSE(tensors->floats("a", {2})) << tensor;
  }
}

}  // namespace
}  // namespace holdfast::models
