// Text of others in a prompt: what a chat template or a prompt takes for its own marks is taken apart.
//
// Pure; linear; any thread.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::memory {

// A space is put into the control tokens of chat templates ("<|im_start|>", "[INST]", "<s>", "<<SYS>>",
// "<start_of_turn>", "<｜begin▁of▁sentence｜>", …) and into the tags that our prompts delimit data with
// ("</conversation>"), whatever their case; everything else stays as it is, byte for byte.
[[nodiscard]] std::string neutralised(std::string_view text);

// Secrets become "[secret]"; the line breaks within them stay, so that lines keep their numbers.
[[nodiscard]] std::string redacted_lines(std::string_view text);

// What may be sent of a text: both of the above, the first only if `redact`.
[[nodiscard]] std::string sendable(std::string_view text, bool redact);

}  // namespace holdfast::memory
