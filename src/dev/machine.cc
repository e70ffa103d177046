#include "dev/machine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "dev/figure.h"

namespace holdfast::dev {
namespace {

std::string processor() {
#ifdef __linux__
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
#endif
  utsname name{};
  return uname(&name) == 0 ? name.machine : "unknown";
}

std::string memory() {
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long size = sysconf(_SC_PAGESIZE);
  if (pages < 0 || size < 0) return "unknown";
  return fmt::format("{:.1f} GiB", static_cast<double>(pages) * static_cast<double>(size) / (1 << 30));
}

// What a durable write costs here: every commit pays at least one.
std::string sync_time(const std::string& directory) {
  const std::string path = directory + "/sync";
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return "unknown";
  std::array<char, 4096> page{};
  std::vector<double> times;
  for (int i = 0; i < 64; ++i) {
    const auto start = std::chrono::steady_clock::now();
    if (write(file, page.data(), page.size()) < 0 || fsync(file) != 0) break;
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  close(file);
  unlink(path.c_str());
  return times.empty() ? "unknown"
                       : fmt::format("{:.2f} ms to append 4 KiB and sync (median of {})", median(times), times.size());
}

}  // namespace

std::string describe_machine(const std::string& directory) {
  utsname name{};
  const std::string system = uname(&name) == 0 ? fmt::format("{} {}", name.sysname, name.release) : "unknown";
  return fmt::format(
      "date      {}\nprocessor {}, {} cores\nmemory    {}\nsystem    {}\ndisk      {}, {}\ncompiler  {}\nload      "
      "{:.1f}\n",
      format_iso(SystemClock().now()), processor(), std::thread::hardware_concurrency(), memory(), system, directory,
      sync_time(directory), __VERSION__, load_average());
}

double load_average() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

}  // namespace holdfast::dev
