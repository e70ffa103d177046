// A profile leaves, and comes back, as JSON Lines; both ways streamed.
#include <fmt/format.h>

#include "api/api.h"
#include "api/envelope.h"
#include "api/limits.h"
#include "api/transfer_json.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kRowsAtOnce = 500;  // of an import, in one commit

Task<Result<net::Piece>> next_piece(Pool& storage, std::shared_ptr<memory::Exporter> exporter) {
  co_await storage.turn(Priority::kBackground);
  HOLDFAST_CO_TRY(const std::vector<memory::TransferRow> rows, exporter->next());
  if (rows.empty()) co_return net::Piece();
  std::string text;
  for (const memory::TransferRow& row : rows) text += to_line(row);
  co_return net::Piece(std::move(text));
}

Task<Result<net::Response>> export_profile(Api& api, Call call) {
  HOLDFAST_CO_TRY(std::shared_ptr<memory::Exporter> exporter, co_await api.parts().service.export_profile(call.at));
  net::Response response;
  response.headers.push_back({"Content-Type", "application/jsonl"});
  response.stream = [&storage = api.parts().storage, exporter] { return next_piece(storage, exporter); };
  co_return response;
}

// Cuts a body into lines as its pieces come in.
class LineCutter {
 public:
  // kTooLarge for a line over the limit.
  Result<> add(std::string_view piece) {
    buffer_.erase(0, at_);
    at_ = 0;
    buffer_ += piece;
    const std::size_t last = buffer_.rfind('\n');
    const std::size_t rest = last == std::string::npos ? buffer_.size() : buffer_.size() - last - 1;
    if (rest > kMaxImportLine)
      return fail(Code::kTooLarge, fmt::format("line {} is longer than {} bytes", number_ + 1, kMaxImportLine));
    return {};
  }

  // The next whole line that is not blank; at the end of the body also what is left.
  std::optional<std::string_view> next(bool end) {
    while (at_ < buffer_.size()) {
      const std::size_t stop = buffer_.find('\n', at_);
      if (stop == std::string::npos && !end) return std::nullopt;
      const std::string_view line =
          std::string_view(buffer_).substr(at_, stop == std::string::npos ? stop : stop - at_);
      at_ = stop == std::string::npos ? buffer_.size() : stop + 1;
      ++number_;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t number_ = 0;
};

Error on_line(Error error, std::size_t number) {
  error.message = fmt::format("line {}: {}", number, error.message);
  return error;
}

Task<Result<net::Response>> import_profile(Api& api, Call call) {
  HOLDFAST_CO_TRY(const std::shared_ptr<memory::Importer> importer,
                  co_await api.parts().service.import_profile(call.at));
  LineCutter lines;
  std::vector<memory::TransferRow> rows;
  for (bool end = false; !end;) {
    auto piece = co_await call.request->body->next();
    HOLDFAST_CO_CHECK(piece);
    end = !piece->has_value();
    if (!end) HOLDFAST_CO_CHECK(lines.add(**piece));
    co_await api.parts().compute.turn(Priority::kBackground);
    while (const auto line = lines.next(end)) {
      auto row = parse_line(*line);
      if (!row) co_return std::unexpected(on_line(row.error(), lines.number()));
      rows.push_back(std::move(*row));
      if (rows.size() < kRowsAtOnce) continue;
      auto added = co_await importer->add(std::exchange(rows, {}));
      if (!added) co_return std::unexpected(on_line(added.error(), lines.number()));
      co_await api.parts().compute.turn(Priority::kBackground);
    }
  }
  auto added = co_await importer->add(std::move(rows));
  if (!added) co_return std::unexpected(on_line(added.error(), lines.number()));
  HOLDFAST_CO_TRY(const memory::ImportCounts counts, co_await importer->finish());
  co_return success(boost::json::object{{"messages", counts.messages},
                                        {"memories", counts.memories},
                                        {"tombstones", counts.tombstones},
                                        {"skipped", counts.skipped}});
}

}  // namespace

void add_transfer_routes(Api& api) {
  const std::string profile(kProfile);
  const auto bind = [&](auto handler) { return [&api, handler](Call call) { return handler(api, std::move(call)); }; };
  api.add("GET", profile + "/export", "export", kReadScope, bind(export_profile));
  api.add("POST", profile + "/import", "import", kWriteScope, bind(import_profile));
}

}  // namespace holdfast::api
