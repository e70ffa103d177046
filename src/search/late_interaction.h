// Late interaction: how well each token of a question is met by the best token of a document (ColBERT's MaxSim, Khattab
// & Zaharia 2020), over an ordinary sentence encoder and documents kept as the signs of their token vectors.
//
//   score(document) = Σ over the question's tokens of weight · max over the document's tokens of q · d
//
// The question is in float, mean taken; a document's token is ±1 in each dimension (vectors.h), so a product is a sum
// of signed values, looked up a byte of the code at a time: 48 look-ups for 384 dimensions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdfast::search {

// For each document (the codes of its tokens, one after the other, dimensions / 8 bytes each) and each of the
// question's `tokens` ([n · dimensions], the mean over all tokens taken from them) the largest product, divided by
// √dimensions so that it is of a cosine's size: out[document · n + token]. A document without tokens gets kNoProduct.
// `dimensions` is a multiple of 8. About 12 ns a pair of tokens of 384 dimensions; the error against float is below
// 1e-3 of the token's Σ |q|.
inline constexpr float kNoProduct = -1;
void max_products(std::span<const float> tokens, std::size_t dimensions,
                  std::span<const std::span<const std::uint8_t>> documents, std::span<float> out);

}  // namespace holdfast::search
