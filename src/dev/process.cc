#include "dev/process.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/client.h"

extern char** environ;

namespace holdfast::dev {
namespace {

constexpr int kTries = 500;
constexpr std::chrono::milliseconds kBetweenTries{20};

// One that was free a moment ago.
Result<std::uint16_t> free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0) return fail(Code::kIo, "no socket", {}, std::strerror(errno));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(listener);
  if (!bound) return fail(Code::kIo, "no free port", {}, std::strerror(errno));
  return ntohs(address.sin_port);
}

}  // namespace

std::optional<std::uint64_t> resident_bytes(std::int64_t process) {
#ifdef __linux__
  std::ifstream file(fmt::format("/proc/{}/status", process));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
#else
  (void)process;
#endif
  return std::nullopt;
}

Result<ServerProcess> ServerProcess::start(const std::string& binary, const std::string& data,
                                           const std::string& token) {
  HOLDFAST_TRY(const std::uint16_t port, free_port());
  const std::string address = fmt::format("127.0.0.1:{}", port);
  std::vector<std::string> words{binary, "serve", "--data", data, "--listen", address, "--log-level", "warning"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::string token_variable = "HOLDFAST_TOKEN=" + token;
  std::vector<char*> environment{token_variable.data()};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("HOLDFAST_")) environment.push_back(*variable);
  }
  environment.push_back(nullptr);

  pid_t child = 0;
  const int error = posix_spawn(&child, binary.c_str(), nullptr, nullptr, arguments.data(), environment.data());
  if (error != 0) return fail(Code::kIo, "cannot run " + binary, {}, std::strerror(error));
  ServerProcess server;
  server.process_ = child;
  server.url_ = "http://" + address;
  HOLDFAST_TRY(net::Client client, net::Client::make({.base_url = server.url_}));
  for (int i = 0; i < kTries; ++i) {
    if (const auto answer = client.request("GET", "/readyz"); answer && answer->status == 200) return server;
    if (waitpid(child, nullptr, WNOHANG) == child) {
      server.process_ = 0;
      return fail(Code::kIo, binary + " ended at once");
    }
    std::this_thread::sleep_for(kBetweenTries);
  }
  return fail(Code::kIo, binary + " did not answer in time");
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : process_(std::exchange(other.process_, 0)), url_(std::move(other.url_)) {}

ServerProcess::~ServerProcess() {
  if (process_ > 0) {
    kill(static_cast<pid_t>(process_), SIGTERM);
    waitpid(static_cast<pid_t>(process_), nullptr, 0);
  }
}

}  // namespace holdfast::dev
