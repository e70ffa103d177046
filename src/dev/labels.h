// Which labelled memory a unit of a message holds.
#pragma once

#include <string>
#include <vector>

#include "dev/cases.h"
#include "memory/ingest/extract_rules.h"

namespace holdfast::dev {

// For each unit: the gold memory of that message whose words it has most of (no unit has any: each of them), or null.
[[nodiscard]] std::vector<const CaseGold*> gold_of_units(const Case& labelled, const std::string& key,
                                                         const memory::TranscriptMessage& message,
                                                         const memory::Reading& reading);

}  // namespace holdfast::dev
