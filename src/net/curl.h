// What the two users of libcurl share: the blocking client of the command line (client.h) and the calls to other
// servers (outbound.h).
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http.h"

namespace holdfast::net::curl {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using List = std::unique_ptr<curl_slist, ListDeleter>;

// A new handle; null when libcurl cannot be set up. Thread-safe.
[[nodiscard]] Easy make_easy();

void append(List& list, const std::string& line);

[[nodiscard]] bool has_scheme(std::string_view url);  // http:// or https://
[[nodiscard]] std::unexpected<Error> not_a_url(std::string_view url);

// Takes one line as CURLOPT_HEADERFUNCTION gives it. A status line starts over: "100 Continue" comes before the real
// answer.
void take_header(std::string_view line, std::vector<Header>& headers);

// What every call has: the URL, only http and https, no redirects, HTTP/1.1, no signals, no proxy for this machine.
void set_basics(CURL* handle, const std::string& url);

void set_tls(CURL* handle, const std::string& ca_file, bool insecure);

// Why a transfer has failed, for people. `where` is an origin; `words` are CURLOPT_ERRORBUFFER's.
[[nodiscard]] Error explain(CURLcode code, const char* words, const std::string& where, const std::string& ca_file);

}  // namespace holdfast::net::curl
