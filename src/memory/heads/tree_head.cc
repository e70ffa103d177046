#include "memory/heads/tree_head.h"

#include <algorithm>
#include <cmath>

namespace holdfast::memory {

const double* TreeHead::add_node(const double* at, const double* end) {
  if (end - at < 2) return end;
  const std::size_t self = nodes_.size();
  const double cue = at[0];
  nodes_.push_back({cue < 0 ? 0 : static_cast<std::size_t>(cue), at[1], 0});
  at += 2;
  if (cue < 0) return at;
  at = add_node(at, end);
  nodes_[self].right = nodes_.size();
  return add_node(at, end);
}

void TreeHead::add_tree(std::initializer_list<double> preorder) {
  roots_.push_back(nodes_.size());
  add_node(preorder.begin(), preorder.end());
}

std::vector<std::string_view> TreeHead::unknown_cues(const CueRow& row) const {
  std::vector<std::string_view> unknown;
  for (const std::string_view cue : cues_)
    if (std::ranges::find(row.names(), cue) == row.names().end()) unknown.push_back(cue);
  return unknown;
}

double TreeHead::sum(const CueRow& row) const {
  std::vector<double> values(cues_.size(), 0.0);
  std::size_t next = 0;  // rows are in the order of the file, nearly always
  for (std::size_t i = 0; i < row.names().size(); ++i) {
    if (next < cues_.size() && cues_[next] == row.names()[i]) {
      values[next++] = static_cast<double>(row.values()[i]);
      continue;
    }
    const auto found = std::ranges::find(cues_, row.names()[i]);
    if (found == cues_.end()) continue;
    next = static_cast<std::size_t>(found - cues_.begin());
    values[next++] = static_cast<double>(row.values()[i]);
  }
  double sum = bias_;
  for (std::size_t at : roots_) {
    while (nodes_[at].right != 0) at = values[nodes_[at].cue] <= nodes_[at].number ? at + 1 : nodes_[at].right;
    sum += nodes_[at].number;
  }
  return sum;
}

double TreeHead::probability(const CueRow& row) const { return rounded_score(1.0 / (1.0 + std::exp(-sum(row)))); }

}  // namespace holdfast::memory
