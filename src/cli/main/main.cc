#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <thread>

#include "cli/cli.h"
#include "cli/models_check.h"
#include "cli/serve.h"

namespace {

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const holdfast::SystemClock clock;
  holdfast::cli::World world{
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .clock = clock,
      .env = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      },
      .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
      .serve = holdfast::cli::serve,
      .check_models = holdfast::cli::check_models,
      .in_is_terminal = isatty(STDIN_FILENO) == 1,
      .out_is_terminal = isatty(STDOUT_FILENO) == 1,
      .err_is_terminal = isatty(STDERR_FILENO) == 1,
      .columns = terminal_columns(),
  };
  return holdfast::cli::run(std::vector<std::string>(argv + 1, argv + argc), world);
}
