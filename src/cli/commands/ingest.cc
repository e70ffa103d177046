#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/commands/commands.h"
#include "cli/conversation.h"
#include "cli/print.h"
#include "cli/progress.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string file;
  std::optional<std::string> session;
  bool async = false;
  bool verbose = false;
};

void print_calls(World& world, const std::vector<SentCall>& calls, const Options& options, std::size_t messages) {
  if (options.async) {
    for (const SentCall& call : calls) {
      const std::string job = field(call.result, "jobId");
      world.out << fmt::format("{} message{} accepted{}\n", call.messages, call.messages == 1 ? "" : "s",
                               job.empty() ? ", nothing new in them" : ", job " + job);
    }
    return;
  }
  world.out << fmt::format("{} message{} ingested\n", messages, messages == 1 ? "" : "s");
  if (!options.verbose) return;
  for (const SentCall& call : calls) print_tree(world, call.result, 2);
}

Outcome<> ingest(Context& context, const Options& options) {
  World& world = context.world;
  if (options.session) HOLDFAST_CHECK(check_session(*options.session));
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_TRY(const std::string text, read_input(world, options.file, kLargestConversation));
  auto conversation = parse_conversation(text);
  if (!conversation) {
    Failure failure = std::move(conversation).error();
    failure.error.message =
        fmt::format("{}: {}\nNothing was sent.", options.file == "-" ? "input" : options.file, failure.error.message);
    return std::unexpected(std::move(failure));
  }
  if (options.session) {
    // One named session takes everything, whatever the messages say of theirs.
    SessionPart all{*options.session, {}, {}};
    for (SessionPart& part : conversation->sessions) {
      std::ranges::move(part.messages, std::back_inserter(all.messages));
      std::ranges::move(part.places, std::back_inserter(all.places));
    }
    conversation->sessions.clear();
    conversation->sessions.push_back(std::move(all));
  }
  HOLDFAST_CHECK(remote.ensure_namespace());

  const std::size_t messages = conversation->size();
  Outcome<std::vector<SentCall>> calls;
  {
    Progress progress(world, "ingesting", messages, "messages");
    calls = send_conversation(remote, *conversation,
                              {.async = options.async,
                               .verbose = options.verbose,
                               .on_sent = [&progress](std::size_t sent) { progress.advance(sent); }});
  }
  if (!calls) return std::unexpected(std::move(calls).error());
  if (!context.json()) {
    print_calls(world, *calls, options, messages);
    return {};
  }
  json::array results;
  for (SentCall& call : *calls) {
    json::value session = nullptr;
    if (!call.session.empty()) session = call.session;
    results.push_back(json::object{
        {"sessionId", std::move(session)}, {"messages", call.messages}, {"result", std::move(call.result)}});
  }
  print_json(world, json::object{{"messages", messages}, {"calls", std::move(results)}});
  return {};
}

}  // namespace

void add_ingest(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add(
      {.name = "ingest",
       .summary = "Give a conversation to remember from",
       .details =
           "FILE holds a JSON array of messages, a JSON object {\"messages\": [...], \"sessionId\"?}, JSON Lines with "
           "a\n"
           "message a line, or a transcript whose messages begin with \"User:\" or \"Assistant:\" at the start of a "
           "line.\n"
           "A message is {\"role\": \"user\"|\"assistant\"|\"system\", \"content\", \"timestamp\"?, \"name\"?, "
           "\"sessionId\"?}.\n\n"
           "A file is checked as a whole before anything is sent, then goes in calls of up to 500 messages. Messages\n"
           "without a session all go to one that the server derives from the first of them, so giving a conversation\n"
           "again after it grew adds only what is new.",
       .examples = "holdfast ingest conversation.jsonl\n"
                   "holdfast ingest --session standup-2026-04-21 notes.json\n"
                   "my-agent --transcript | holdfast ingest - --async"},
      [options](Context& context) { return ingest(context, *options); });
  app.add_option("FILE", options->file, "The file, or - for standard input")->required();
  app.add_option("-s,--session", options->session, "Put all messages in this session");
  app.add_flag("--async", options->async, "Do not wait until memories are made");
  app.add_flag("-v,--verbose", options->verbose, "Show what was stored, superseded, skipped and dropped, and why");
}

}  // namespace holdfast::cli
