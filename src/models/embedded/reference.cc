#include "models/embedded/reference.h"

#include <Eigen/Core>
#include <cmath>
#include <cstddef>

namespace holdfast::models {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Row = Eigen::RowVectorXf;

Eigen::Index index(std::size_t value) { return static_cast<Eigen::Index>(value); }

Eigen::Map<const Row> row(const std::vector<float>& values) { return {values.data(), index(values.size())}; }

Matrix apply(const FloatLinear& linear, const Matrix& x) {
  const Eigen::Map<const Matrix> weights(linear.weights.data(), index(linear.outputs), index(linear.inputs));
  return (x * weights.transpose()).rowwise() + row(linear.bias);
}

void apply(const FloatNorm& norm, Matrix& x) {
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    const Row centred = x.row(i).array() - x.row(i).mean();
    const float deviation = std::sqrt(centred.squaredNorm() / static_cast<float>(x.cols()) + kNormEpsilon);
    x.row(i) = (centred / deviation).cwiseProduct(row(norm.scale)) + row(norm.shift);
  }
}

float gelu(float x) { return 0.5F * x * (1.0F + std::erf(x * 0.70710678F)); }

Matrix attend(const Matrix& qkv) {
  Matrix result(qkv.rows(), index(kWidth));
  for (std::size_t head = 0; head < kHeads; ++head) {
    const auto part = [&](std::size_t which) {
      return qkv.middleCols(index(which * kWidth + head * kHeadWidth), index(kHeadWidth));
    };
    Matrix scores = part(0) * part(1).transpose();
    for (Eigen::Index i = 0; i < scores.rows(); ++i) {
      const Row weights = (scores.row(i).array() - scores.row(i).maxCoeff()).exp();
      scores.row(i) = weights / weights.sum();
    }
    result.middleCols(index(head * kHeadWidth), index(kHeadWidth)) = scores * part(2);
  }
  return result;
}

}  // namespace

std::vector<float> reference_forward(const FloatWeights& weights, std::span<const std::uint32_t> ids,
                                     const Observer& observer) {
  Matrix x(index(ids.size()), index(kWidth));
  for (std::size_t i = 0; i < ids.size(); ++i)
    x.row(index(i)) = Eigen::Map<const Row>(weights.words.data() + ids[i] * kWidth, index(kWidth)) +
                      Eigen::Map<const Row>(weights.positions.data() + i * kWidth, index(kWidth));
  apply(weights.norm, x);
  for (std::size_t i = 0; i < weights.layers.size(); ++i) {
    const FloatLayer& layer = weights.layers[i];
    const auto observed = [&](Step step, const Matrix& read) -> const Matrix& {
      if (observer) observer(i, step, {read.data(), static_cast<std::size_t>(read.size())});
      return read;
    };
    const Matrix attended = attend(apply(layer.qkv, observed(Step::kQkv, x)));
    x += apply(layer.attended, observed(Step::kAttended, attended));
    apply(layer.attended_norm, x);
    const Matrix inner = apply(layer.up, observed(Step::kUp, x)).unaryExpr(&gelu);
    x += apply(layer.down, observed(Step::kDown, inner));
    apply(layer.down_norm, x);
  }
  return {x.data(), x.data() + x.size()};
}

}  // namespace holdfast::models
