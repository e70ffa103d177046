// Heads of boosted trees: for decisions where cues count only together.
//
// The sum of small decision trees over the named cues of a CueRow is the logit of a yes. Trees stand in a text file
// that is compiled in, heads/NAME.inc:
//
//   TREE_HEAD(name, bias)
//   TREE_CUE(name)                 one row a cue, in the order trees number them by
//   TREE(cue, number, …)           one row a tree, pairs in preorder: cue ≥ 0 splits (values up to `number` go to the
//                                  pairs that follow, others to those after them), cue −1 is a leaf that adds `number`
//
// tools/train/heads.py writes these files. Scores are rounded as those of linear_head.h. Immutable once filled: any
// thread.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "memory/heads/linear_head.h"

namespace holdfast::memory {

class TreeHead {
 public:
  // ---- filled from the weights file
  void set_bias(double bias) { bias_ = bias; }
  void add_cue(std::string_view name) { cues_.push_back(name); }
  void add_tree(std::initializer_list<double> preorder);

  // The cues of the file that `row` does not have; empty for a file that fits the program.
  [[nodiscard]] std::vector<std::string_view> unknown_cues(const CueRow& row) const;

  // ---- asked
  [[nodiscard]] std::size_t trees() const { return roots_.size(); }
  // A cue that the row does not have is 0.
  [[nodiscard]] double sum(const CueRow& row) const;
  // Of a yes, rounded to 1/64.
  [[nodiscard]] double probability(const CueRow& row) const;

 private:
  struct Node {
    std::size_t cue = 0;
    double number = 0;
    std::size_t right = 0;  // 0: a leaf
  };
  // Adds the subtree that begins at `at`; where it ends.
  const double* add_node(const double* at, const double* end);

  double bias_ = 0;
  std::vector<std::string_view> cues_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> roots_;
};

}  // namespace holdfast::memory

// A weights file fills the TreeHead named `head` where it is included.
#define TREE_HEAD(name, bias) head.set_bias(bias);
#define TREE_CUE(name) head.add_cue(#name);
#define TREE(...) head.add_tree({__VA_ARGS__});
