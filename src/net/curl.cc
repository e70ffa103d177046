#include "net/curl.h"

#include <fmt/core.h>

#include <utility>

namespace holdfast::net::curl {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

bool is_loopback(std::string_view origin) {
  const std::string_view host = origin.substr(origin.find("://") + 3);
  return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

}  // namespace

Easy make_easy() {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  return Easy(kReady == CURLE_OK ? curl_easy_init() : nullptr);
}

void append(List& list, const std::string& line) {
  // On failure curl gives null and leaves the list as it was.
  if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

bool has_scheme(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

std::unexpected<Error> not_a_url(std::string_view url) {
  return fail(Code::kInvalid, fmt::format("\"{}\" is not an http or https URL", origin_of(url)));
}

void take_header(std::string_view line, std::vector<Header>& headers) {
  if (line.starts_with("HTTP/")) {
    headers.clear();
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    headers.push_back({std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
  }
}

void set_basics(CURL* handle, const std::string& url) {
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  // A proxy from the environment is for other hosts: it could not find its way back to this one.
  if (is_loopback(origin_of(url))) curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
}

void set_tls(CURL* handle, const std::string& ca_file, bool insecure) {
  if (!ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file.c_str());
  if (insecure) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

Error explain(CURLcode code, const char* words, const std::string& where, const std::string& ca_file) {
  const std::string cause = *words != '\0' ? words : curl_easy_strerror(code);
  const auto told = [&](Code kind, std::string message) { return Error{kind, std::move(message), {}, cause}; };
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return told(Code::kIo, fmt::format("cannot find the host of {}: check the server's address", where));
    case CURLE_URL_MALFORMAT:
      return told(Code::kInvalid, fmt::format("\"{}\" is not an http or https URL", where));
    case CURLE_SSL_CACERT_BADFILE:
      return told(Code::kInvalid, fmt::format("cannot read the CA file {}: it must be a PEM file", ca_file));
    case CURLE_PEER_FAILED_VERIFICATION:
      return told(Code::kIo, fmt::format("the certificate of {} is not trusted: name the CA that signed it", where));
    case CURLE_SSL_CONNECT_ERROR:
      return told(Code::kIo, fmt::format("no TLS with {}: does the server speak https?", where));
    case CURLE_UNSUPPORTED_PROTOCOL:  // URLs of other schemes were turned away before: it is the answer
    case CURLE_WEIRD_SERVER_REPLY:
      return told(Code::kIo, fmt::format("{} does not answer in HTTP: is it the right port?", where));
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
      return told(Code::kIo, fmt::format("{} broke off the transfer: look at its log, then try again", where));
    default:
      return told(Code::kIo, fmt::format("the transfer with {} failed: {}", where, cause));
  }
}

}  // namespace holdfast::net::curl
