// For the tests of this folder: a client of raw bytes, a certificate, an application to serve.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/pool.h"
#include "net/http.h"
#include "net/server.h"

namespace holdfast::net {

using namespace std::chrono_literals;

inline bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds within = 5000ms) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

// A blocking TCP connection to 127.0.0.1 that sends and receives bytes as they are.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, int receive_buffer = 0) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  // The next bytes; "" at the end, and when the connection was reset (was_reset()) or nothing came for 10 s.
  std::string receive() {
    std::string bytes(64 * 1024, '\0');
    const ssize_t n = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (n < 0) reset_ = true;
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return bytes;
  }
  [[nodiscard]] bool was_reset() const { return reset_; }

  std::string receive_all() {
    std::string all = std::exchange(left_, {});
    for (std::string more = receive(); !more.empty(); more = receive()) all += more;
    return all;
  }

  // Until `all so far` ends with, or contains, `mark`; what came after it stays for the next call.
  std::string receive_until(std::string_view mark) {
    for (;;) {
      if (const std::size_t at = left_.find(mark); at != std::string::npos) {
        std::string found = left_.substr(0, at + mark.size());
        left_.erase(0, found.size());
        return found;
      }
      const std::string more = receive();
      if (more.empty()) return std::exchange(left_, {});
      left_ += more;
    }
  }

  struct Answer {
    int status = 0;
    std::string head, body;
  };

  // One answer with Content-Length or in chunks (whose framing stays in `body`).
  Answer answer(bool bodiless = false) {
    Answer answer;
    answer.head = receive_until("\r\n\r\n");
    if (answer.head.size() > 12) answer.status = std::atoi(answer.head.c_str() + 9);
    if (bodiless) return answer;
    if (const std::size_t at = answer.head.find("Content-Length: "); at != std::string::npos) {
      const auto size = static_cast<std::size_t>(std::atoll(answer.head.c_str() + at + 16));
      while (left_.size() < size) {
        const std::string more = receive();
        if (more.empty()) break;
        left_ += more;
      }
      answer.body = left_.substr(0, size);
      left_.erase(0, answer.body.size());
    } else if (answer.head.find("chunked") != std::string::npos) {
      answer.body = receive_until("\r\n0\r\n\r\n");
    }
    return answer;
  }

  Answer ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }

  bool ends() { return receive_all().empty(); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
  bool connected_ = false;
  bool reset_ = false;
  std::string left_;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-net-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Writes a self-signed certificate for 127.0.0.1 and its key. Valid for an hour.
inline bool write_certificate(const std::string& certificate_path, const std::string& key_path) {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  for (const auto& [kind, value] :
       {std::pair{NID_subject_alt_name, "IP:127.0.0.1"}, std::pair{NID_basic_constraints, "critical,CA:TRUE"}}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) return false;
  const auto write = [](const std::string& path, const auto& put) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wb"), std::fclose);
    return file && put(file.get()) == 1;
  };
  return write(certificate_path, [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); }) &&
         write(key_path, [&](std::FILE* file) {
           return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
         });
}

// Routes by path: see handle().
class App {
 public:
  Pool pool{"test", 2, 100};
  std::atomic<int> started{0};
  std::atomic<int> finished{0};
  std::counting_semaphore<100> gate{0};  // "/wait" passes it
  std::atomic<std::size_t> bytes_read{0};
  std::mutex mutex;
  std::string last_error;  // of a body that was being read

  [[nodiscard]] Handler handler() {
    return [this](std::shared_ptr<Request> request) { return handle(std::move(request)); };
  }

 private:
  Task<Response> handle(std::shared_ptr<Request> request) {
    ++started;
    Response response;
    if (request->path == "/echo") {
      Result<std::string> body = co_await read_all(*request->body, 1024 * 1024);
      if (body)
        response.body = *std::move(body);
      else
        response = refuse(body.error());
    } else if (request->path == "/count") {
      std::size_t total = 0;
      for (;;) {
        co_await pool.turn();
        const Result<Piece> piece = co_await request->body->next();
        if (!piece) co_return refuse(piece.error());
        if (!*piece) break;
        if ((*piece)->empty() || (*piece)->size() > 64 * 1024) co_return refuse({Code::kInternal, "size of a piece"});
        total += (*piece)->size();
        bytes_read = total;
      }
      response.body = std::to_string(total);
    } else if (request->path == "/pool") {
      co_await pool.turn();
      response.body = "from the pool";
    } else if (request->path == "/wait") {
      co_await pool.turn();
      gate.acquire();
      response.body = "waited";
    } else if (request->path == "/stream" || request->path == "/broken") {
      response.stream = [this, left = 3, broken = request->path == "/broken"]() mutable {
        return piece(left--, broken);
      };
    } else if (request->path == "/large") {
      response.body = std::string(8 * 1024 * 1024, 'x');
    } else if (request->path == "/refuse") {
      response.status = 403;
      response.body = "no";
    } else {
      response.headers.push_back({"X-Path", request->path});
      response.headers.push_back({"X-Split", "a\r\nX-Injected: b"});
      response.body = request->method + " " + request->path + "?" + request->query;
    }
    ++finished;
    co_return response;
  }

  Task<Result<Piece>> piece(int left, bool broken) {
    co_await pool.turn();
    if (left == 0) co_return Piece{};
    if (broken && left == 1) co_return fail(Code::kIo, "the disk is gone");
    co_return Piece{"piece " + std::to_string(left) + ";"};
  }

  Response refuse(const Error& error) {
    const std::lock_guard lock(mutex);
    last_error = error.message;
    ++finished;
    Response response;
    response.status = error.code == Code::kTooLarge ? 413 : error.code == Code::kCancelled ? 408 : 400;
    response.body = error.message;
    return response;
  }
};

class Observer final : public ServerObserver {
 public:
  void on_request(const Request& request, int status, std::int64_t us, std::uint64_t in, std::uint64_t out) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back(request.method + " " + request.path + " " + std::to_string(status));
    plausible_ = plausible_ && us >= 0 && us < 60'000'000 && in < 1U << 30U && out > 0;
  }
  void on_connections(int open) override { open_ = open; }

  [[nodiscard]] std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  [[nodiscard]] bool plausible() const {
    const std::lock_guard lock(mutex_);
    return plausible_;
  }
  [[nodiscard]] int open() const { return open_; }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> seen_;
  bool plausible_ = true;
  std::atomic<int> open_{0};
};

inline Response render_test_error(const Error& error, int status) {
  Response response;
  response.headers.push_back({"Content-Type", "application/json"});
  response.body = R"({"code":)" + std::to_string(status) + R"(,"message":")" + error.message + "\"}";
  return response;
}

class ServerTest : public testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    options.render_error = render_test_error;
    auto server = Server::listen(std::move(options), app_.handler(), &observer_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
  }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  // One connection, one request, everything until the server has closed.
  std::string talk(std::string_view bytes) {
    RawClient client(port());
    client.send(bytes);
    std::string all = client.receive_all();
    EXPECT_FALSE(client.was_reset()) << bytes.substr(0, 200);
    return all;
  }

  App app_;
  Observer observer_;
  std::unique_ptr<Server> server_;
};

inline constexpr std::string_view kHello = "GET /hello?a=b HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace holdfast::net
