#include "net/client.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "net/curl.h"

namespace holdfast::net {
namespace {

// What one call gives and takes, for curl's callbacks.
struct Transfer {
  const Client::Sink* sink = nullptr;
  const Client::Source* source = nullptr;
  std::size_t max_response_bytes = 0;
  CURL* handle = nullptr;
  ClientResponse response;
  std::optional<Error> error;  // ours: why a callback has ended the transfer
  std::string piece;           // of the source, from `at` on not sent yet
  std::size_t at = 0;
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  curl::take_header(line, transfer.response.headers);
  return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string_view bytes(data, size * count);
  long status = 0;
  curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
  if (transfer.sink != nullptr && status >= 200 && status < 300) {
    Result<> taken = (*transfer.sink)(bytes);
    if (taken) return bytes.size();
    transfer.error = std::move(taken).error();
    return 0;
  }
  if (bytes.size() > transfer.max_response_bytes - transfer.response.body.size()) {
    transfer.error =
        Error{Code::kTooLarge, fmt::format("the answer is larger than {} bytes", transfer.max_response_bytes)};
    return 0;
  }
  transfer.response.body += bytes;
  return bytes.size();
}

std::size_t on_read(char* into, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  while (transfer.at == transfer.piece.size()) {
    Result<Piece> piece = (*transfer.source)();
    if (!piece) {
      transfer.error = std::move(piece).error();
      return CURL_READFUNC_ABORT;
    }
    if (!*piece) return 0;
    transfer.piece = **std::move(piece);
    transfer.at = 0;
  }
  const std::size_t n = std::min(size * count, transfer.piece.size() - transfer.at);
  std::copy_n(transfer.piece.data() + transfer.at, n, into);
  transfer.at += n;
  return n;
}

}  // namespace

class Client::Impl {
 public:
  Impl(ClientOptions options, curl::Easy handle) : options_(std::move(options)), handle_(std::move(handle)) {
    while (options_.base_url.ends_with('/')) options_.base_url.pop_back();
  }

  struct Call {
    std::string method;
    std::string_view path;
    std::string_view content_type;
    const std::vector<Header>* headers = nullptr;
    const std::string_view* body = nullptr;
    std::optional<std::uint64_t> length;  // of the source
  };

  Result<ClientResponse> perform(const Call& call, Transfer transfer) {
    CURL* handle = handle_.get();
    curl_easy_reset(handle);  // options only: the connection stays
    const curl::List headers = header_list(call, transfer.source != nullptr);
    const std::string url = options_.base_url + std::string(call.path);
    std::array<char, CURL_ERROR_SIZE> words{};
    transfer.max_response_bytes = options_.max_response_bytes;
    transfer.handle = handle;

    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words.data());
    curl::set_basics(handle, url);
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    set_time_outs(transfer.sink != nullptr || transfer.source != nullptr);
    curl::set_tls(handle, options_.ca_file, options_.insecure);
    if (transfer.source != nullptr) {
      curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt(handle, CURLOPT_READFUNCTION, on_read);
      curl_easy_setopt(handle, CURLOPT_READDATA, &transfer);
      curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE,
                       call.length ? static_cast<curl_off_t>(*call.length) : curl_off_t{-1});
    } else if (call.body != nullptr) {
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body->data());
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body->size()));
    } else if (call.method == "HEAD") {
      curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());

    const CURLcode code = curl_easy_perform(handle);
    if (transfer.error) return std::unexpected(*std::move(transfer.error));
    if (code != CURLE_OK) return std::unexpected(explain(code, words.data()));
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
  }

 private:
  curl::List header_list(const Call& call, bool source) const {
    curl::List list;
    if (!options_.token.empty()) curl::append(list, "Authorization: Bearer " + options_.token);
    if (!call.content_type.empty())
      curl::append(list, "Content-Type: " + std::string(call.content_type));
    else
      curl::append(list, "Content-Type:");  // curl would name a form's otherwise
    if (!source)
      curl::append(list, "Expect:");  // a second's wait for "100 Continue" does not pay for what is in memory
    for (const Header& header : *call.headers) curl::append(list, header.name + ": " + header.value);
    return list;
  }

  void set_time_outs(bool streamed) {
    curl_easy_setopt(handle_.get(), CURLOPT_CONNECTTIMEOUT, options_.connect_timeout_s);
    if (streamed) {
      curl_easy_setopt(handle_.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
      curl_easy_setopt(handle_.get(), CURLOPT_LOW_SPEED_TIME, options_.timeout_s);
    } else {
      curl_easy_setopt(handle_.get(), CURLOPT_TIMEOUT, options_.timeout_s);
    }
  }

  Error explain(CURLcode code, const char* words) const {
    const std::string where = origin_of(options_.base_url);
    Error error = curl::explain(code, words, where, options_.ca_file);
    if (code == CURLE_COULDNT_CONNECT)
      error.message = fmt::format("cannot connect to {}: is `holdfast serve` running there?", where);
    if (code == CURLE_OPERATION_TIMEDOUT)
      error.message =
          fmt::format("{} did not answer within {} s: try again, or allow more time", where, options_.timeout_s);
    return error;
  }

  ClientOptions options_;
  curl::Easy handle_;
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::make(ClientOptions options) {
  if (!curl::has_scheme(options.base_url)) return curl::not_a_url(options.base_url);
  if (options.token.find_first_of("\r\n") != std::string::npos)
    return fail(Code::kInvalid, "the token has a line break in it");
  curl::Easy handle = curl::make_easy();
  if (!handle) return fail(Code::kInternal, "the HTTP client could not be set up");
  return Client(std::make_unique<Impl>(std::move(options), std::move(handle)));
}

Result<ClientResponse> Client::request(std::string_view method, std::string_view path, std::string_view body,
                                       std::string_view content_type, const std::vector<Header>& headers) {
  // curl takes a null pointer for "no body at all", which is not what an empty one means.
  const std::string_view sent = body.data() == nullptr ? std::string_view{""} : body;
  Impl::Call call{std::string(method), path, content_type, &headers, nullptr, std::nullopt};
  if (!content_type.empty()) call.body = &sent;
  return impl_->perform(call, Transfer{});
}

Result<ClientResponse> Client::download(std::string_view path, const Sink& sink, const std::vector<Header>& headers) {
  Transfer transfer;
  transfer.sink = &sink;
  return impl_->perform({"GET", path, {}, &headers, nullptr, std::nullopt}, std::move(transfer));
}

Result<ClientResponse> Client::upload(std::string_view method, std::string_view path, const Source& source,
                                      std::string_view content_type, std::optional<std::uint64_t> length,
                                      const std::vector<Header>& headers) {
  Transfer transfer;
  transfer.source = &source;
  return impl_->perform({std::string(method), path, content_type, &headers, nullptr, length}, std::move(transfer));
}

}  // namespace holdfast::net
