#include "net/client.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::net {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

void append(List& list, const std::string& line) {
  // On failure curl gives null and leaves the list as it was.
  if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

bool curl_is_ready() {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  return kReady == CURLE_OK;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

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
  if (line.starts_with("HTTP/")) {  // a new answer: "100 Continue" comes before the real one
    transfer.response.headers.clear();
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    transfer.response.headers.push_back(
        {std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
  }
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

// Where a URL points to, for messages: without path and without a password somebody may have put in it.
std::string origin_of(const std::string& base_url) {
  const std::size_t scheme = base_url.find("://");
  const std::size_t from = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(base_url.find_first_of("/?#", from), base_url.size());
  const std::size_t at = base_url.rfind('@', end);
  const std::size_t host = at != std::string::npos && at >= from ? at + 1 : from;
  return base_url.substr(0, from) + base_url.substr(host, end - host);
}

bool is_loopback(std::string_view origin) {
  const std::string_view host = origin.substr(origin.find("://") + 3);
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

}  // namespace

class Client::Impl {
 public:
  Impl(ClientOptions options, Easy handle) : options_(std::move(options)), handle_(std::move(handle)) {
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
    CURL* curl = handle_.get();
    curl_easy_reset(curl);  // options only: the connection stays
    const List headers = header_list(call, transfer.source != nullptr);
    const std::string url = options_.base_url + std::string(call.path);
    std::array<char, CURL_ERROR_SIZE> words{};
    transfer.max_response_bytes = options_.max_response_bytes;
    transfer.handle = curl;

    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words.data());
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    // A proxy from the environment is for other hosts: it could not find its way back to this one.
    if (is_loopback(origin_of(options_.base_url))) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    set_time_outs(transfer.sink != nullptr || transfer.source != nullptr);
    set_tls();
    if (transfer.source != nullptr) {
      curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_read);
      curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
      curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE,
                       call.length ? static_cast<curl_off_t>(*call.length) : curl_off_t{-1});
    } else if (call.body != nullptr) {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call.body->data());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body->size()));
    } else if (call.method == "HEAD") {
      curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call.method.c_str());

    const CURLcode code = curl_easy_perform(curl);
    if (transfer.error) return std::unexpected(*std::move(transfer.error));
    if (code != CURLE_OK) return explain(code, words.data());
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
  }

 private:
  List header_list(const Call& call, bool source) const {
    List list;
    if (!options_.token.empty()) append(list, "Authorization: Bearer " + options_.token);
    if (!call.content_type.empty())
      append(list, "Content-Type: " + std::string(call.content_type));
    else
      append(list, "Content-Type:");       // curl would name a form's otherwise
    if (!source) append(list, "Expect:");  // a second's wait for "100 Continue" does not pay for what is in memory
    for (const Header& header : *call.headers) append(list, header.name + ": " + header.value);
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

  void set_tls() {
    if (!options_.ca_file.empty()) curl_easy_setopt(handle_.get(), CURLOPT_CAINFO, options_.ca_file.c_str());
    if (options_.insecure) {
      curl_easy_setopt(handle_.get(), CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(handle_.get(), CURLOPT_SSL_VERIFYHOST, 0L);
    }
  }

  std::unexpected<Error> explain(CURLcode code, const char* words) const {
    const std::string where = origin_of(options_.base_url);
    const std::string cause = *words != '\0' ? words : curl_easy_strerror(code);
    const auto told = [&](Code kind, std::string message) { return fail(kind, std::move(message), {}, cause); };
    switch (code) {
      case CURLE_COULDNT_CONNECT:
        return told(Code::kIo, fmt::format("cannot connect to {}: is `holdfast serve` running there?", where));
      case CURLE_COULDNT_RESOLVE_HOST:
        return told(Code::kIo, fmt::format("cannot find the host of {}: check the server's address", where));
      case CURLE_OPERATION_TIMEDOUT:
        return told(Code::kIo, fmt::format("{} did not answer within {} s: try again, or allow more time", where,
                                           options_.timeout_s));
      case CURLE_URL_MALFORMAT:
      case CURLE_UNSUPPORTED_PROTOCOL:
        return told(Code::kInvalid, fmt::format("\"{}\" is not an http or https URL", where));
      case CURLE_SSL_CACERT_BADFILE:
        return told(Code::kInvalid, fmt::format("cannot read the CA file {}: it must be a PEM file", options_.ca_file));
      case CURLE_PEER_FAILED_VERIFICATION:
        return told(Code::kIo, fmt::format("the certificate of {} is not trusted: name the CA that signed it", where));
      case CURLE_SSL_CONNECT_ERROR:
        return told(Code::kIo, fmt::format("no TLS with {}: does the server speak https?", where));
      case CURLE_GOT_NOTHING:
      case CURLE_PARTIAL_FILE:
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
        return told(Code::kIo, fmt::format("{} broke off the transfer: look at its log, then try again", where));
      default:
        return told(Code::kIo, fmt::format("the transfer with {} failed: {}", where, cause));
    }
  }

  ClientOptions options_;
  Easy handle_;
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result<Client> Client::make(ClientOptions options) {
  if (!options.base_url.starts_with("http://") && !options.base_url.starts_with("https://"))
    return fail(Code::kInvalid, fmt::format("\"{}\" is not an http or https URL", origin_of(options.base_url)));
  if (options.token.find_first_of("\r\n") != std::string::npos)
    return fail(Code::kInvalid, "the token has a line break in it");
  Easy handle(curl_is_ready() ? curl_easy_init() : nullptr);
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
