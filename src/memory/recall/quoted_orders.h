// Text that gives orders to whatever machine reads it: notes hidden in pasted documents. It is nobody's statement.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::memory {

// Whether a text speaks to AI systems at large, or tells its reader to drop its instructions. English.
[[nodiscard]] bool orders_machines(std::string_view text);

// `text` without such passages: the brackets, the comment or the quotation that holds one, else its paragraph. Linear.
[[nodiscard]] std::string without_machine_orders(std::string_view text);

}  // namespace holdfast::memory
