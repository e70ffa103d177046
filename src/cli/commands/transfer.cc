// export and import: a profile as JSON Lines, streamed both ways.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/commands/commands.h"
#include "cli/print.h"
#include "cli/progress.h"

namespace holdfast::cli {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr const char* kJsonLines = "application/jsonl";
constexpr std::size_t kPieceBytes = 64 * 1024;

struct Options {
  std::string file = "-";
};

// A file that appears under its name only once it is whole and on disk.
class NewFile {
 public:
  static Outcome<NewFile> create(const std::string& path) {
    NewFile file;
    file.path_ = path;
    file.part_ = fmt::format("{}.part-{}", path, getpid());
    const int descriptor = ::open(file.part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) file.stream_.reset(::fdopen(descriptor, "wb"));
    if (!file.stream_)
      return std::unexpected(Error{Code::kIo, fmt::format("cannot write {}: {}", file.part_, std::strerror(errno))});
    return file;
  }
  NewFile(NewFile&&) noexcept = default;
  NewFile& operator=(NewFile&&) noexcept = default;
  ~NewFile() {
    if (!stream_) return;
    stream_.reset();
    std::error_code ignored;
    fs::remove(part_, ignored);
  }

  Result<> write(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stream_.get()) == bytes.size()) return {};
    return fail(Code::kIo, fmt::format("cannot write {}: {}", part_, std::strerror(errno)));
  }

  Outcome<> finish() {
    std::FILE* stream = stream_.get();
    const bool kept = std::fflush(stream) == 0 && ::fsync(::fileno(stream)) == 0;
    std::error_code error;
    if (kept) fs::rename(part_, path_, error);
    if (!kept || error)
      return std::unexpected(
          Error{Code::kIo, fmt::format("cannot write {}: {}", path_, kept ? error.message() : std::strerror(errno))});
    stream_.reset();
    return {};
  }

 private:
  struct Close {
    void operator()(std::FILE* stream) const { std::fclose(stream); }
  };

  NewFile() = default;
  std::string path_, part_;
  std::unique_ptr<std::FILE, Close> stream_;
};

Outcome<> export_to_stdout(Context& context, Remote& remote) {
  World& world = context.world;
  return remote.download(remote.profile_path("/export"), [&world](std::string_view bytes) -> Result<> {
    world.out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!world.out) return fail(Code::kCancelled, "the output could not be written");
    return {};
  });
}

Outcome<> export_profile(Context& context, const Options& options) {
  HOLDFAST_TRY(Remote remote, context.connect());
  if (options.file == "-") return export_to_stdout(context, remote);
  HOLDFAST_TRY(NewFile file, NewFile::create(options.file));
  std::uint64_t bytes = 0, lines = 0;
  {
    Progress progress(context.world, "exporting", 0, "bytes");
    HOLDFAST_CHECK(remote.download(remote.profile_path("/export"), [&](std::string_view piece) -> Result<> {
      bytes += piece.size();
      for (const char c : piece) lines += c == '\n' ? 1U : 0U;
      progress.advance(piece.size());
      return file.write(piece);
    }));
  }
  HOLDFAST_CHECK(file.finish());
  if (context.json()) {
    print_json(context.world, json::object{{"file", options.file}, {"rows", lines}, {"bytes", bytes}});
  } else {
    context.world.out << fmt::format("{} rows, {} bytes in {}\n", lines, bytes, options.file);
  }
  return {};
}

Outcome<> import_profile(Context& context, const Options& options) {
  World& world = context.world;
  std::ifstream opened;
  std::optional<std::uint64_t> length;
  if (options.file != "-") {
    opened.open(options.file, std::ios::binary);
    std::error_code error;
    const std::uintmax_t size = fs::file_size(options.file, error);  // fails for what is no file, a pipe say
    if (!opened || fs::is_directory(options.file))
      return std::unexpected(Error{Code::kIo, fmt::format("cannot open {}", options.file)});
    if (!error && fs::is_regular_file(options.file)) length = size;
  }
  std::istream& in = options.file == "-" ? world.in : opened;
  HOLDFAST_TRY(Remote remote, context.connect());
  HOLDFAST_CHECK(remote.ensure_namespace());
  Outcome<Answer> answer;
  {
    Progress progress(world, "importing", length.value_or(0), "bytes");
    const auto source = [&]() -> Result<net::Piece> {
      std::string piece(kPieceBytes, '\0');
      in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      piece.resize(static_cast<std::size_t>(in.gcount()));
      if (in.bad()) return fail(Code::kInternal, fmt::format("cannot read {}", options.file));
      if (piece.empty()) return net::Piece(std::nullopt);
      progress.advance(piece.size());
      return net::Piece(std::move(piece));
    };
    answer = remote.upload(remote.profile_path("/import"), source, kJsonLines, length);
  }
  if (!answer) return std::unexpected(std::move(answer).error());
  if (context.json()) {
    print_json(world, answer->result);
  } else {
    world.out << fmt::format("imported {} messages, {} memories, {} tombstones; {} were there already\n",
                             field(answer->result, "messages"), field(answer->result, "memories"),
                             field(answer->result, "tombstones"), field(answer->result, "skipped"));
  }
  return {};
}

}  // namespace

void add_export(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add(
      {.name = "export",
       .summary = "Write everything a profile holds as JSON Lines",
       .details =
           "A file appears under its name once it is whole: when the export breaks off, one that was there stays.",
       .examples = "holdfast export backup.jsonl\n"
                   "holdfast export --profile alice - | gzip > alice.jsonl.gz"},
      [options](Context& context) { return export_profile(context, *options); });
  app.add_option("FILE", options->file, "The file, or - for standard output [-]");
}

void add_import(Registry& registry) {
  auto options = std::make_shared<Options>();
  CLI::App& app = registry.add({.name = "import",
                                .summary = "Bring an export back; merges, and may be given again",
                                .details = "",
                                .examples = "holdfast import backup.jsonl\n"
                                            "gunzip -c alice.jsonl.gz | holdfast import - --profile alice"},
                               [options](Context& context) { return import_profile(context, *options); });
  app.add_option("FILE", options->file, "The file, or - for standard input")->required();
}

}  // namespace holdfast::cli
