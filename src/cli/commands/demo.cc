// A tour for newcomers, and a check of the whole way: conversations in, questions out, answers compared.
//
// The conversations and questions are files (tests/demo in the source tree):
//   setup.json, switch.json      a project is set up; later it changes its package manager
//   long_conversation.jsonl      a user's chats over months, several sessions
//   questions.jsonl              {"question", "expect": ["word", "this|or that"], "stale"?: ["…"]}: every expected word
//                                must be in the answer, and none of what was true before
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "cli/commands/commands.h"
#include "cli/conversation.h"
#include "cli/print.h"
#include "cli/progress.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;

constexpr const char* kNamespace = "demo";
constexpr const char* kProjectProfile = "project";
constexpr const char* kLongProfile = "long-conversation";
constexpr const char* kPackageManagerQuestion = "What package manager does the user prefer?";
constexpr std::size_t kLargestQuestions = std::size_t{1024} * 1024;  // bytes
constexpr std::size_t kIndent = 5;

struct Options {
  std::string data_dir = "tests/demo";
};

struct Question {
  std::string text;
  std::vector<std::string> expect;
  std::vector<std::string> stale = {};
};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

// Whether each expected word is in the answer, "a|b" being fulfilled by either, and nothing stale. Case does not count.
bool fulfils(const std::string& answer, const Question& question) {
  const std::string folded = lower(answer);
  for (const std::string& words : question.stale)
    if (folded.find(lower(words)) != std::string::npos) return false;
  return std::ranges::all_of(question.expect, [&folded](const std::string& words) {
    for (std::size_t from = 0; from <= words.size();) {
      const std::size_t end = std::min(words.find('|', from), words.size());
      if (folded.find(lower(words.substr(from, end - from))) != std::string::npos) return true;
      from = end + 1;
    }
    return false;
  });
}

std::vector<std::string> texts(const json::value& object, std::string_view name) {
  const json::object* members = object.if_object();
  const json::value* value = members == nullptr ? nullptr : members->if_contains(name);
  std::vector<std::string> out;
  if (value != nullptr && value->is_array())
    for (const json::value& item : value->get_array()) out.push_back(text_of(item));
  return out;
}

class Demo {
 public:
  Demo(Context& context, Options options) : context_(context), options_(std::move(options)) {}

  Outcome<> run() {
    HOLDFAST_TRY(Remote project, connect(kProjectProfile));
    say(fmt::format("Holdfast, shown on {} (namespace \"{}\")", project.connection().url, kNamespace));
    HOLDFAST_CHECK(make_namespace(project));
    HOLDFAST_CHECK(project_chapter(project));
    HOLDFAST_TRY(Remote months, connect(kLongProfile));
    HOLDFAST_CHECK(long_chapter(months));
    return verdict();
  }

 private:
  Outcome<Remote> connect(const char* profile) {
    Flags flags = context_.flags;
    flags.name_space = kNamespace;
    flags.profile = profile;
    return Context{context_.world, flags}.connect();
  }

  void say(const std::string& line) {
    if (!context_.json()) context_.world.out << line << '\n' << std::flush;
  }
  void heading(const std::string& text) { say("\n" + text); }
  void block(const std::string& first_margin, std::string_view text) {
    const std::size_t width = std::max<std::size_t>(context_.world.columns, 40) - kIndent;
    std::string margin = first_margin;
    for (const std::string& line : wrap(printable(text), width)) {
      say(line.empty() ? line : margin + line);
      margin = std::string(display_width(first_margin), ' ');
    }
  }

  // Starts from nothing each time; a namespace "demo" of somebody else's is left alone.
  Outcome<> make_namespace(Remote& remote) {
    auto found = remote.call("GET", remote.namespace_path(""));
    if (found) {
      bool more = false;
      HOLDFAST_TRY(const json::array profiles, remote.pages(remote.namespace_path("/profiles"), 0, more));
      const std::set<std::string> ours{kProjectProfile, kLongProfile};
      for (const json::value& profile : profiles)
        if (!ours.contains(field(profile, "name")))
          return std::unexpected(
              Error{Code::kConflict,
                    fmt::format("the namespace \"{}\" holds the profile \"{}\", which is not the demo's, so it is left "
                                "alone. Show the demo on a server of its own.",
                                kNamespace, printable(field(profile, "name")))});
      HOLDFAST_CHECK(remote.call("DELETE", remote.namespace_path("")));
    } else if (found.error().error.code != Code::kNamespaceNotFound) {
      return std::unexpected(std::move(found).error());
    }
    HOLDFAST_CHECK(remote.call("POST", remote.memory_path("/namespaces"), json::object{{"name", kNamespace}}));
    return {};
  }

  Outcome<Conversation> load(const std::string& file) {
    const std::string path = options_.data_dir + "/" + file;
    HOLDFAST_TRY(const std::string text, read_input(context_.world, path, kLargestConversation));
    auto conversation = parse_conversation(text);
    if (!conversation) {
      Failure failure = std::move(conversation).error();
      failure.error.message = path + ": " + failure.error.message;
      return std::unexpected(std::move(failure));
    }
    return conversation;
  }

  Outcome<> ingest(Remote& remote, const Conversation& conversation) {
    Progress progress(context_.world, "ingesting", conversation.size(), "messages");
    HOLDFAST_CHECK(send_conversation(remote, conversation,
                                     {.on_sent = [&progress](std::size_t sent) { progress.advance(sent); }}));
    return {};
  }

  // Until then a question finds what has its words, afterwards what it means.
  Outcome<> wait_for_vectors(Remote& remote) {
    constexpr int kMostWaits = 300;
    for (int waits = 0; waits < kMostWaits; ++waits) {
      HOLDFAST_TRY(const Answer status, remote.call("GET", remote.profile_path("/status")));
      const std::string pending = field(status.result, "vectors_pending");
      if (pending.empty() || pending == "0") return {};
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    say("   Its vectors are not all made yet: the questions are answered by words alone.");
    return {};
  }

  Outcome<> ingest_shown(Remote& remote, const std::string& file) {
    HOLDFAST_TRY(const Conversation conversation, load(file));
    for (const SessionPart& part : conversation.sessions)
      for (const json::object& message : part.messages)
        block(fmt::format("   {:<10} ", text_of(message.at("role"))), text_of(message.at("content")));
    HOLDFAST_CHECK(ingest(remote, conversation));
    return wait_for_vectors(remote);
  }

  Outcome<> ask(Remote& remote, const Question& question) {
    HOLDFAST_TRY(const Answer answer,
                 remote.call("POST", remote.profile_path("/recall"), json::object{{"query", question.text}}));
    const std::string text = field(answer.result, "answer");
    const bool right = fulfils(text, question);
    ++asked_;
    right_ += right ? 1U : 0U;
    json::array expect;
    for (const std::string& words : question.expect) expect.emplace_back(words);
    answers_.push_back(
        json::object{{"question", question.text}, {"answer", text}, {"expect", std::move(expect)}, {"right", right}});

    say("");
    block("   ? ", question.text);
    block(right ? "   ✓ " : "   ✗ ", text.empty() ? "(no answer)" : text);
    if (!right) {
      block("     ", fmt::format("expected: {}", fmt::join(question.expect, ", ")));
      if (!question.stale.empty()) block("     ", fmt::format("and no longer: {}", fmt::join(question.stale, ", ")));
    }
    return {};
  }

  Outcome<> show_history(Remote& remote) {
    bool more = false;
    HOLDFAST_TRY(const json::array memories, remote.pages(remote.profile_path("/memories?verbose=1"), 0, more));
    const auto found = std::ranges::find_if(memories, [](const json::value& memory) {
      return lower(field(memory, "content")).find("yarn") != std::string::npos;
    });
    if (found == memories.end()) {
      say("   (no memory speaks of Yarn)");
      return {};
    }
    HOLDFAST_TRY(const Answer answer,
                 remote.call("GET", remote.profile_path("/memories/" + field(*found, "id") + "/history")));
    const json::array* versions = answer.result.if_array();
    if (versions == nullptr || context_.json()) return {};
    for (const json::value& version : *versions)
      block(fmt::format("   {}  {:<8}  ", field(version, "createdAt").substr(0, 10),
                        field(version, "supersededBy").empty() ? "current" : "replaced"),
            field(version, "content"));
    return {};
  }

  Outcome<> project_chapter(Remote& remote) {
    heading("1. A project is set up. This conversation goes in:\n");
    HOLDFAST_CHECK(ingest_shown(remote, "setup.json"));
    HOLDFAST_CHECK(ask(remote, {kPackageManagerQuestion, {"pnpm"}}));
    heading("2. Weeks later, in another session:\n");
    HOLDFAST_CHECK(ingest_shown(remote, "switch.json"));
    HOLDFAST_CHECK(ask(remote, {kPackageManagerQuestion, {"Yarn"}, {"Use pnpm"}}));
    heading("3. Nothing is lost: the history of that memory.\n");
    return show_history(remote);
  }

  Outcome<> long_chapter(Remote& remote) {
    HOLDFAST_TRY(const Conversation conversation, load("long_conversation.jsonl"));
    HOLDFAST_TRY(const std::vector<Question> questions, load_questions());
    heading(fmt::format("4. A long conversation: {} messages in {} sessions, {}.", conversation.size(),
                        conversation.sessions.size(), span(conversation)));
    const std::int64_t begun = context_.world.clock.monotonic_us();
    HOLDFAST_CHECK(ingest(remote, conversation));
    const double seconds = static_cast<double>(context_.world.clock.monotonic_us() - begun) / 1e6;
    HOLDFAST_TRY(const Answer status, remote.call("GET", remote.profile_path("/status")));
    say(fmt::format("   Read in {:.1f} s; {} memories made of it.", seconds, field(status.result, "memories")));
    HOLDFAST_CHECK(wait_for_vectors(remote));
    for (const Question& question : questions) HOLDFAST_CHECK(ask(remote, question));
    return {};
  }

  // "2026-01-05 to 2026-06-20", from the messages' own times.
  static std::string span(const Conversation& conversation) {
    std::string first, last;
    for (const SessionPart& part : conversation.sessions)
      for (const json::object& message : part.messages) {
        const std::string day = field(message, "timestamp").substr(0, 10);
        if (day.empty()) continue;
        if (first.empty() || day < first) first = day;
        last = std::max(last, day);
      }
    return first.empty() ? "undated" : fmt::format("{} to {}", first, last);
  }

  Outcome<std::vector<Question>> load_questions() {
    const std::string path = options_.data_dir + "/questions.jsonl";
    HOLDFAST_TRY(const std::string text, read_input(context_.world, path, kLargestQuestions));
    std::vector<Question> questions;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = std::min(text.find('\n', from), text.size());
      const std::string line = text.substr(from, end - from);
      from = end + 1;
      if (line.empty()) continue;
      boost::system::error_code error;
      const json::value row = json::parse(line, error);
      Question question{error ? "" : field(row, "question"), texts(row, "expect"), texts(row, "stale")};
      if (question.text.empty() || question.expect.empty())
        return std::unexpected(
            Error{Code::kInvalid, fmt::format("{}: not a question with what it expects: {}", path, line)});
      questions.push_back(std::move(question));
    }
    return questions;
  }

  Outcome<> verdict() {
    if (context_.json()) {
      print_json(context_.world, json::object{{"asked", asked_}, {"right", right_}, {"answers", answers_}});
    } else {
      say(fmt::format("\n{} of {} answers are right.", right_, asked_));
      if (right_ == asked_) say("Look around: holdfast list -n demo -p long-conversation");
    }
    if (right_ == asked_) return {};
    return std::unexpected(Error{Code::kInternal, fmt::format("{} answers are wrong", asked_ - right_)});
  }

  Context& context_;
  Options options_;
  std::size_t asked_ = 0, right_ = 0;
  json::array answers_;
};

}  // namespace

void add_demo(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add(
      {.name = "demo",
       .summary = "Show on a running server what memory is good for",
       .details =
           "Makes the namespace \"demo\" anew, gives it conversations, asks questions and compares the answers.\n"
           "The status is 1 when one is wrong.",
       .examples = "holdfast demo\n"
                   "holdfast demo --data-dir /path/to/holdfast/tests/demo",
       .takes = Takes::kServer},
      [options](Context& context) { return Demo(context, *options).run(); });
  app.add_option("--data-dir", options->data_dir, "The folder with the conversations [tests/demo]");
}

}  // namespace holdfast::cli
