// The rows of an export as JSON Lines, and back.
//
// {"kind":"memory","id":…,"type":…,"content":…,"summary":…, …the verbose fields, "sources":[message ids],
//  "sourceLines":[[from,to],…]} · {"kind":"message","id":…,"sessionId":…,"role":…,"name"?,"content":…,"timestamp":…,
//  "position":…} · {"kind":"tombstone","hash":…}. The order of keys is fixed, so equal rows are equal bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "memory/transfer.h"

namespace holdfast::api {

// One line, with its line break.
[[nodiscard]] std::string to_line(const memory::TransferRow& row);

// kInvalid, with the mistake and a pointer into the row.
[[nodiscard]] Result<memory::TransferRow> parse_line(std::string_view line);

}  // namespace holdfast::api
