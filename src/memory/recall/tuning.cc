#include "memory/recall/tuning.h"

#include <array>

namespace holdfast::memory {
namespace {

using weights::Sum;

constexpr std::array kFields = {
    SumField{"window", &Sum::window},
    SumField{"own", &Sum::own},
    SumField{"piece", &Sum::piece},
    SumField{"session", &Sum::session},
    SumField{"block", &Sum::block},
    SumField{"session_best", &Sum::session_best},
    SumField{"speaker", &Sum::speaker},
    SumField{"month", &Sum::month},
    SumField{"year", &Sum::year},
    SumField{"day", &Sum::day},
    SumField{"when_time", &Sum::when_time},
    SumField{"when_relative", &Sum::when_relative},
    SumField{"many_number", &Sum::many_number},
    SumField{"capital", &Sum::capital},
    SumField{"any_capital", &Sum::any_capital},
    SumField{"question_mark", &Sum::question_mark},
    SumField{"first_of_session", &Sum::first_of_session},
    SumField{"first_person", &Sum::first_person},
    SumField{"other_asked", &Sum::other_asked},
    SumField{"user", &Sum::user},
    SumField{"preference", &Sum::preference},
    SumField{"standing_rule", &Sum::standing_rule},
    SumField{"told_rule", &Sum::told_rule},
    SumField{"advice_rule", &Sum::advice_rule},
    SumField{"whether_denial", &Sum::whether_denial},
    SumField{"number", &Sum::number},
    SumField{"shortness", &Sum::shortness},
    SumField{"person", &Sum::person},
    SumField{"quotation", &Sum::quotation},
    SumField{"relative_time", &Sum::relative_time},
    SumField{"any_number", &Sum::any_number},
    SumField{"place", &Sum::place},
    SumField{"past", &Sum::past},
    SumField{"ends_as_question", &Sum::ends_as_question},
    SumField{"reaction", &Sum::reaction},
    SumField{"length", &Sum::length},
    SumField{"cosine", &Sum::cosine},
    SumField{"cosine_previous", &Sum::cosine_previous},
    SumField{"cosine_next", &Sum::cosine_next},
    SumField{"context", &Sum::context},
    SumField{"late", &Sum::late},
    SumField{"late_window", &Sum::late_window},
};
// A new signal needs a line above: one that is not there would be left out of every ablation in silence.
static_assert(sizeof(Sum) == kFields.size() * sizeof(float));

}  // namespace

std::optional<double> RecallTuning::channel(std::string_view name) const {
  for (const auto& [known, weight] : channels)
    if (known == name) return weight;
  return std::nullopt;
}

std::span<const SumField> sum_fields() { return kFields; }

}  // namespace holdfast::memory
