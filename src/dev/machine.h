// What a measurement depends on: the machine, the compiler and the day. The one place, with process.h, that asks the
// operating system about itself.
#pragma once

#include <string>

namespace holdfast::dev {

// A few lines "name      value". `directory`: whose disk is tried.
[[nodiscard]] std::string describe_machine(const std::string& directory);

// The load average of the last minute, for what else is running; negative where the system does not tell.
[[nodiscard]] double load_average();

}  // namespace holdfast::dev
