#include "cli/main/executable.h"

#include <system_error>

namespace holdfast::cli {

std::filesystem::path executable_directory() {
  // Linux says so in /proc; another system joins with its own call.
  std::error_code error;
  const std::filesystem::path file = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::current_path(error) : file.parent_path();
}

}  // namespace holdfast::cli
