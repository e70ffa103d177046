#include "language/porter.h"

#include <gtest/gtest.h>

namespace holdfast::language {
namespace {

struct Case {
  const char* word;
  const char* stem;
};

// The examples of the paper, step by step.
TEST(Porter, StemsTheExamplesOfThePaper) {
  for (const auto& [word, stem] : {Case{"caresses", "caress"},
                                   {"ponies", "poni"},
                                   {"ties", "ti"},
                                   {"cats", "cat"},
                                   {"feed", "feed"},
                                   {"agreed", "agre"},
                                   {"plastered", "plaster"},
                                   {"bled", "bled"},
                                   {"motoring", "motor"},
                                   {"sing", "sing"},
                                   {"conflated", "conflat"},
                                   {"troubled", "troubl"},
                                   {"sized", "size"},
                                   {"hopping", "hop"},
                                   {"tanned", "tan"},
                                   {"falling", "fall"},
                                   {"hissing", "hiss"},
                                   {"fizzed", "fizz"},
                                   {"failing", "fail"},
                                   {"filing", "file"},
                                   {"happy", "happi"},
                                   {"sky", "sky"},
                                   {"relational", "relat"},
                                   {"conditional", "condit"},
                                   {"rational", "ration"},
                                   {"valenci", "valenc"},
                                   {"digitizer", "digit"},
                                   {"conformabli", "conform"},
                                   {"radicalli", "radic"},
                                   {"differentli", "differ"},
                                   {"vileli", "vile"},
                                   {"analogousli", "analog"},
                                   {"vietnamization", "vietnam"},
                                   {"predication", "predic"},
                                   {"operator", "oper"},
                                   {"feudalism", "feudal"},
                                   {"decisiveness", "decis"},
                                   {"hopefulness", "hope"},
                                   {"callousness", "callous"},
                                   {"formaliti", "formal"},
                                   {"sensitiviti", "sensit"},
                                   {"sensibiliti", "sensibl"},
                                   {"triplicate", "triplic"},
                                   {"formative", "form"},
                                   {"formalize", "formal"},
                                   {"electrical", "electr"},
                                   {"goodness", "good"},
                                   {"revival", "reviv"},
                                   {"allowance", "allow"},
                                   {"inference", "infer"},
                                   {"airliner", "airlin"},
                                   {"adjustable", "adjust"},
                                   {"irritant", "irrit"},
                                   {"replacement", "replac"},
                                   {"adjustment", "adjust"},
                                   {"dependent", "depend"},
                                   {"adoption", "adopt"},
                                   {"communism", "commun"},
                                   {"activate", "activ"},
                                   {"effective", "effect"},
                                   {"probate", "probat"},
                                   {"rate", "rate"},
                                   {"cease", "ceas"},
                                   {"controll", "control"},
                                   {"roll", "roll"},
                                   {"connections", "connect"},
                                   {"generalizations", "gener"}})
    EXPECT_EQ(porter_stem(word), stem) << word;
}

TEST(Porter, LeavesOthersAsTheyAre) {
  for (const char* word : {"", "a", "is", "über", "python3", "running's", "東京"}) EXPECT_EQ(porter_stem(word), word);
}

TEST(Porter, TellsVowelsAmongRunsOfY) {
  EXPECT_EQ(porter_stem("syzygy"), "syzygi");
  EXPECT_LE(porter_stem(std::string(100, 'y')).size(), 100U);
}

}  // namespace
}  // namespace holdfast::language
