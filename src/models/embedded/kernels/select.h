// Which kernels this processor can run.
#pragma once

#include <span>
#include <string_view>

#include "models/embedded/kernels/kernels.h"

namespace holdfast::models {

// Fastest first; the portable ones are always there, and last. Found once a process.
[[nodiscard]] std::span<const Kernels* const> usable_kernels();

// The usable kernels of that name; the fastest when the name is empty; null when there are none.
[[nodiscard]] const Kernels* find_kernels(std::string_view name);

}  // namespace holdfast::models
