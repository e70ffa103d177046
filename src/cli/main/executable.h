// Where this program's file is: what is installed with it lies beside it.
#pragma once

#include <filesystem>

namespace holdfast::cli {

// The folder of the running program, links resolved; the working directory where the system does not say.
[[nodiscard]] std::filesystem::path executable_directory();

}  // namespace holdfast::cli
