// The subcommands of `holdfast-dev bench` that measure what is found and kept, rather than what it costs.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace holdfast::dev {

// Adds locomo, beam, longmemeval and memories. Returns what runs the one that was asked for and gives its exit code; it
// gives nothing when none of them was. `binaries`: the folder of this program, where the encoder's model is looked for.
[[nodiscard]] std::function<std::optional<int>()> add_quality_commands(CLI::App& bench,
                                                                       const std::filesystem::path& binaries);

}  // namespace holdfast::dev
