#include <fmt/format.h>

#include <charconv>

#include "base/time.h"
#include "cli/commands/commands.h"
#include "cli/print.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::vector<std::string> scopes;
  std::optional<std::string> name_space, profile, expires;
  std::string id;
};

constexpr std::int64_t kLongestDays = 36'500;

// "30d", "12h", "45m", "2w": that long from now; or a date or date-time.
Outcome<TimeMs> parse_expiry(std::string_view text, TimeMs now) {
  std::int64_t amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (error == std::errc() && end + 1 == text.data() + text.size() && amount > 0) {
    const std::int64_t unit = *end == 'm'   ? 60'000
                              : *end == 'h' ? 3'600'000
                              : *end == 'd' ? kDayMs
                              : *end == 'w' ? 7 * kDayMs
                                            : 0;
    if (unit > 0 && amount <= kLongestDays * kDayMs / unit) return now + amount * unit;
  }
  const auto date = parse_iso(text);
  if (!date)
    return usage(
        fmt::format("--expires takes a time from now (45m, 12h, 30d, 2w) or a date (2026-12-31), not \"{}\"", text));
  if (*date <= now) return usage(fmt::format("--expires {} has passed already", text));
  return *date;
}

Outcome<> create(Context& context, const Options& options) {
  json::object body;
  json::array scopes;
  for (const std::string& scope : options.scopes) scopes.emplace_back(scope);
  body["scopes"] = std::move(scopes);
  if (options.name_space) {
    HOLDFAST_CHECK(check_namespace(*options.name_space));
    body["namespace"] = *options.name_space;
  }
  if (options.profile) body["profile"] = *options.profile;
  if (options.expires) {
    HOLDFAST_TRY(const TimeMs expires, parse_expiry(*options.expires, context.world.clock.now()));
    body["expiresAt"] = format_iso(expires);
  }
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_TRY(const Answer answer, remote.call("POST", "/admin/tokens", std::move(body)));
  if (context.json()) {
    print_json(context.world, answer.result);
    return {};
  }
  // The token alone on standard output, so that it can go straight into a variable or a file.
  context.world.out << printable(field(answer.result, "token")) << '\n';
  context.world.err << fmt::format("Token {}. It is shown only now: keep it.\n", field(answer.result, "id"));
  return {};
}

Outcome<> list(Context& context) {
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_TRY(const Answer answer, remote.call("GET", "/admin/tokens"));
  if (context.json()) {
    print_json(context.world, answer.result);
    return {};
  }
  const json::array* rows = answer.result.if_array();
  if (rows == nullptr || rows->empty()) {
    context.world.err << "There are none.\n";
  } else {
    print_objects(context.world, *rows);
  }
  return {};
}

Outcome<> revoke(Context& context, const Options& options) {
  HOLDFAST_CHECK(check_id(options.id, "token"));
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_TRY(const Answer answer, remote.call("DELETE", "/admin/tokens/" + options.id));
  if (context.json()) {
    print_json(context.world, answer.result);
  } else {
    context.world.out << "revoked token " << options.id << '\n';
  }
  return {};
}

}  // namespace

void add_token(Registry& registry) {
  registry.group("token", "Make, list and revoke tokens (wants one with the scope admin)");
  auto options = std::make_shared<Options>();
  CLI::App& made = registry.add(
      {.name = "token create",
       .summary = "Make a token; it is printed once and stored nowhere",
       .details = "",
       .examples = "holdfast token create --scope memory:read --scope memory:write --namespace team-red --expires 30d\n"
                   "holdfast token create --scope memory:read --profile \"customer-*\"\n"
                   "holdfast token create --scope admin > admin.token",
       .takes = Takes::kServer},
      [options](Context& context) { return create(context, *options); });
  made.add_option("--scope", options->scopes,
                  "What it may do: memory:read, memory:write, admin; may be given more than once")
      ->required()
      ->expected(1)
      ->take_all()
      ->check(CLI::IsMember({"memory:read", "memory:write", "admin"}));
  made.add_option("-n,--namespace", options->name_space, "Only in this namespace");
  made.add_option("-p,--profile", options->profile, "Only for profiles that match, * stands for any characters");
  made.add_option("--expires", options->expires, "When it ends: 45m, 12h, 30d, 2w or a date");

  registry.add({.name = "token list",
                .summary = "List tokens, without the tokens themselves",
                .details = "",
                .examples = "holdfast token list",
                .takes = Takes::kServer},
               [](Context& context) { return list(context); });
  registry
      .add({.name = "token revoke",
            .summary = "End a token at once",
            .details = "",
            .examples = "holdfast token revoke 01KJ3Q0V4N8B6T2YH5RZM7WXCA",
            .takes = Takes::kServer},
           [options](Context& context) { return revoke(context, *options); })
      .add_option("ID", options->id, "Its id, as token list shows it")
      ->required();
}

}  // namespace holdfast::cli
