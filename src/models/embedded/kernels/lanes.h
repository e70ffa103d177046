// The float part of a set of kernels, for vectors of HOLDFAST_LANES floats, which the including file defines: written
// once with the compiler's vector types, compiled in each set with its processor's flags. Everything is local to the
// including file; see kernels.h for why there are no other includes.
#pragma once

#include "models/embedded/kernels/kernels.h"

namespace holdfast::models {
namespace {

using std::int32_t;
using std::int8_t;
using std::size_t;

constexpr size_t kLanes = HOLDFAST_LANES;
typedef float Floats __attribute__((vector_size(kLanes * sizeof(float))));
typedef int32_t Ints __attribute__((vector_size(kLanes * sizeof(int32_t))));
typedef int8_t Bytes __attribute__((vector_size(kLanes)));

inline Floats load(const float* from) {
  Floats result;
  __builtin_memcpy(&result, from, sizeof result);
  return result;
}
inline void store(Floats value, float* to) { __builtin_memcpy(to, &value, sizeof value); }
inline Floats all(float value) { return Floats{} + value; }
inline Floats larger(Floats a, Floats b) { return a > b ? a : b; }
inline Floats smaller(Floats a, Floats b) { return a < b ? a : b; }

template <typename Vector>
inline auto sum_of(Vector values) {
  auto result = values[0];
  for (size_t i = 1; i < kLanes; ++i) result += values[i];
  return result;
}
inline float largest_of(Floats values) {
  float result = values[0];
  for (size_t i = 1; i < kLanes; ++i) result = result > values[i] ? result : values[i];
  return result;
}

// To the nearest integer, halves to even, for |x| < 2²²: adding 1.5 · 2²³ leaves no bits for a fraction.
constexpr float kRounder = 12582912.0F;
inline Floats round(Floats x) { return (x + kRounder) - kRounder; }

// e^x for x ≤ 0, relative error under 1e-6; below 2⁻¹²⁶ it stays there. 2^f on [−½, ½] is a minimax polynomial.
inline Floats exp_of_negative(Floats x) {
  const Floats power = larger(x * 1.44269504F, all(-126.0F));
  const Floats whole = round(power);
  const Floats f = power - whole;
  Floats p = f * 0.00132764725F + 0.00967554189F;
  p = p * f + 0.0555071309F;
  p = p * f + 0.240221202F;
  p = p * f + 0.693146944F;
  p = p * f + 1.0F;
  const Ints exponent = (__builtin_convertvector(whole, Ints) + 127) << 23;
  Floats scale;
  __builtin_memcpy(&scale, &exponent, sizeof scale);
  return p * scale;
}

// x · Φ(x). Φ(x) − ½ = x · P(s) with s = 2 (x/4.5)² − 1, a minimax polynomial on |x| ≤ 4.5 (error 5e-6), and constant
// beyond, so that for −12 ≤ x it is off by at most 6e-5: far less than the eight bits that follow can tell.
inline Floats gelu_of(Floats x) {
  const Floats near = smaller(larger(x, all(-4.5F)), all(4.5F));
  const Floats s = near * near * 0.0987654321F - 1.0F;
  Floats p = s * -0.00156568491F + 0.00465532532F;
  p = p * s - 0.00668281596F;
  p = p * s + 0.0101404535F;
  p = p * s - 0.0181592386F;
  p = p * s + 0.0286239702F;
  p = p * s - 0.0402957834F;
  p = p * s + 0.0546718501F;
  p = p * s - 0.0771833733F;
  p = p * s + 0.156905293F;
  return x * (near * p + 0.5F);
}

// From the sums of products to what they stand for. `products`: Σ value · weight.
inline Floats outputs_of(Ints products, const LinearStep& step, size_t output, const ByteRows& x, size_t row,
                         bool gelu) {
  Ints sums;
  __builtin_memcpy(&sums, step.sums + output, sizeof sums);
  const Floats exact = __builtin_convertvector(products, Floats) -
                       __builtin_convertvector(sums, Floats) * static_cast<float>(x.zeros[row]);
  Floats y = exact * (load(step.scales + output) * x.scales[row]) + load(step.bias + output);
  for (size_t i = 0; i < kOutliers; ++i)
    y += load(step.outlier_weights + i * step.outputs + output) * x.outliers[row * kOutliers + i];
  return gelu ? gelu_of(y) : y;
}

void quantise(float* x, size_t rows, size_t columns, const std::uint32_t* outliers, const ByteRows& out) {
  for (size_t row = 0; row < rows; ++row, x += columns) {
    float* const kept = out.outliers + row * kOutliers;
    for (size_t i = 0; i < kOutliers; ++i) {
      kept[i] = x[outliers[i]];
      x[outliers[i]] = 0;
    }
    Floats low = {};
    Floats high = {};
    for (size_t i = 0; i < columns; i += kLanes) {
      const Floats value = load(x + i);
      low = smaller(low, value);
      high = larger(high, value);
    }
    const float lowest = -largest_of(-low);
    const float range = largest_of(high) - lowest;
    const float scale = range > 0 ? range / 255.0F : 1.0F;
    const Floats inverse = all(1.0F / scale);
    const Floats zero = all(-128.0F) - round(lowest * inverse);
    Ints sums = {};
    for (size_t i = 0; i < columns; i += kLanes) {
      const Floats rounded = smaller(round(load(x + i) * inverse) + zero, all(127.0F));
      const Ints values = __builtin_convertvector(larger(rounded, all(-128.0F)), Ints);
      sums += values;
      const Bytes bytes = __builtin_convertvector(values, Bytes);
      __builtin_memcpy(out.values + row * columns + i, &bytes, sizeof bytes);
    }
    out.scales[row] = scale;
    out.zeros[row] = static_cast<int32_t>(zero[0]);
    out.sums[row] = sum_of(sums);
    for (size_t i = 0; i < kOutliers; ++i) x[outliers[i]] = kept[i];
  }
}

void add_and_norm(float* x, const float* added, const float* scale, const float* shift, size_t rows, size_t width) {
  for (size_t row = 0; row < rows; ++row, x += width) {
    Floats sums = {};
    for (size_t i = 0; i < width; i += kLanes) {
      const Floats value = added == nullptr ? load(x + i) : load(x + i) + load(added + row * width + i);
      sums += value;
      store(value, x + i);
    }
    const float mean = sum_of(sums) / static_cast<float>(width);
    Floats squares = {};
    for (size_t i = 0; i < width; i += kLanes) {
      const Floats value = load(x + i) - mean;
      squares += value * value;
    }
    const float factor = 1.0F / __builtin_sqrtf(sum_of(squares) / static_cast<float>(width) + 1e-12F);
    for (size_t i = 0; i < width; i += kLanes)
      store((load(x + i) - mean) * factor * load(scale + i) + load(shift + i), x + i);
  }
}

constexpr size_t kHead = 32;  // floats of a head
constexpr size_t kGroup = 4;  // queries at a time
constexpr size_t kPair = 2;   // vectors at a time

// scores [kGroup · padded] = queries · keys; keys_by_dimension [kHead · padded].
inline void score(const float* const* queries, const float* keys_by_dimension, size_t padded, float* scores) {
  for (size_t j = 0; j < padded; j += kPair * kLanes) {
    Floats sums[kGroup][kPair] = {};
    for (size_t d = 0; d < kHead; ++d) {
      const Floats first = load(keys_by_dimension + d * padded + j);
      const Floats second = load(keys_by_dimension + d * padded + j + kLanes);
      for (size_t r = 0; r < kGroup; ++r) {
        sums[r][0] += first * queries[r][d];
        sums[r][1] += second * queries[r][d];
      }
    }
    for (size_t r = 0; r < kGroup; ++r) {
      store(sums[r][0], scores + r * padded + j);
      store(sums[r][1], scores + r * padded + j + kLanes);
    }
  }
}

// Turns scores into weights that are yet to be divided by what is returned. Scores from `tokens` on count nothing.
inline float soften(float* scores, size_t tokens, size_t padded) {
  for (size_t j = tokens; j < padded; ++j) scores[j] = -1e30F;
  Floats most = load(scores);
  for (size_t j = kLanes; j < padded; j += kLanes) most = larger(most, load(scores + j));
  const float largest = largest_of(most);
  Floats sums = {};
  for (size_t j = 0; j < padded; j += kLanes) {
    const Floats weight = exp_of_negative(load(scores + j) - largest);
    sums += weight;
    store(weight, scores + j);
  }
  return sum_of(sums);
}

// The weighted means of the values, for as many queries of the group as there are.
inline void mix(const float* weights, const float* totals, const float* values, size_t stride, size_t tokens,
                size_t padded, size_t queries, float* out, size_t out_stride) {
  for (size_t d = 0; d < kHead; d += kPair * kLanes) {
    Floats sums[kGroup][kPair] = {};
    for (size_t j = 0; j < tokens; ++j) {
      const Floats first = load(values + j * stride + d);
      const Floats second = load(values + j * stride + d + kLanes);
      for (size_t r = 0; r < kGroup; ++r) {
        sums[r][0] += first * weights[r * padded + j];
        sums[r][1] += second * weights[r * padded + j];
      }
    }
    for (size_t r = 0; r < queries; ++r) {
      store(sums[r][0] / totals[r], out + r * out_stride + d);
      store(sums[r][1] / totals[r], out + r * out_stride + d + kLanes);
    }
  }
}

void attend(const float* qkv, size_t tokens, size_t heads, float* out, float* scratch) {
  const size_t width = heads * kHead;
  const size_t stride = 3 * width;
  const size_t padded = (tokens + kPair * kLanes - 1) / (kPair * kLanes) * (kPair * kLanes);
  float* const keys = scratch;
  float* const scores = scratch + kHead * padded;
  for (size_t head = 0; head < heads; ++head) {
    const float* const queries = qkv + head * kHead;
    for (size_t d = 0; d < kHead; ++d) {
      for (size_t j = 0; j < tokens; ++j) keys[d * padded + j] = queries[j * stride + width + d];
      for (size_t j = tokens; j < padded; ++j) keys[d * padded + j] = 0;
    }
    for (size_t i = 0; i < tokens; i += kGroup) {
      const size_t count = tokens - i < kGroup ? tokens - i : kGroup;
      const float* group[kGroup];
      float totals[kGroup];
      // A group that is not full repeats its last query; what that gives is not written.
      for (size_t r = 0; r < kGroup; ++r) group[r] = queries + (i + (r < count ? r : count - 1)) * stride;
      score(group, keys, padded, scores);
      for (size_t r = 0; r < kGroup; ++r) totals[r] = soften(scores + r * padded, tokens, padded);
      mix(scores, totals, queries + 2 * width, stride, tokens, padded, count, out + i * width + head * kHead, width);
    }
  }
}

}  // namespace
}  // namespace holdfast::models
