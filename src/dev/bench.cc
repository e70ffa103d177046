#include "dev/bench.h"

#include <fmt/format.h>

#include <array>

#include "base/log.h"
#include "dev/ground.h"

namespace holdfast::dev {
namespace {

struct Group {
  std::string_view name;
  Result<> (*measure)(Ground&);
};

// Those that add to the corpus come after those that need its size exactly.
constexpr std::array kGroups = {
    Group{"idle", measure_idle},         Group{"ingest", measure_ingest}, Group{"search", measure_search},
    Group{"opening", measure_opening},   Group{"recall", measure_recall}, Group{"large", measure_large},
    Group{"profiles", measure_profiles},
};

}  // namespace

std::vector<std::string_view> bench_groups() {
  std::vector<std::string_view> names;
  for (const Group& group : kGroups) names.push_back(group.name);
  return names;
}

Result<> run_bench(const BenchOptions& options) {
  log::set_level(log::Level::kWarning);
  HOLDFAST_TRY(const std::unique_ptr<Ground> ground, Ground::make(options));
  bool any = false;
  for (const Group& group : kGroups) {
    if (!options.only.empty() && options.only != group.name) continue;
    any = true;
    HOLDFAST_CHECK(group.measure(*ground));
    options.report(ground->take_figures());
  }
  if (!any)
    return fail(Code::kInvalid,
                fmt::format("there is no group '{}'; there are {}", options.only, fmt::join(bench_groups(), ", ")));
  return {};
}

}  // namespace holdfast::dev
