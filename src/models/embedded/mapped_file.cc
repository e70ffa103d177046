#include "models/embedded/mapped_file.h"

#include <fmt/core.h>

#include <cstdio>
#include <new>
#include <system_error>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#define HOLDFAST_HAS_MMAP 1
#endif

namespace holdfast::models {
namespace {

constexpr std::align_val_t kAlignment{64};

// Null when the file cannot be mapped: then it is read.
const std::byte* map(const std::filesystem::path& path, std::size_t size) {
#ifdef HOLDFAST_HAS_MMAP
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<const std::byte*>(mapped);
#else
  static_cast<void>(path);
  static_cast<void>(size);
  return nullptr;
#endif
}

void unmap(const std::byte* data, std::size_t size) {
#ifdef HOLDFAST_HAS_MMAP
  ::munmap(const_cast<std::byte*>(data), size);
#else
  static_cast<void>(data);
  static_cast<void>(size);
#endif
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path, std::size_t max_bytes) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error)
    return fail(Code::kIo, fmt::format("{} cannot be read: {}", path.string(), error.message()), {}, error.message());
  if (size == 0 || size > max_bytes)
    return fail(Code::kIo, fmt::format("{} has {} bytes, and should have 1 to {}", path.string(), size, max_bytes));

  if (const std::byte* mapped = map(path, size); mapped != nullptr)
    return MappedFile(Data(mapped, [size](const std::byte* data) { unmap(data, size); }), size);

  auto* const bytes = static_cast<std::byte*>(::operator new(size, kAlignment));
  Data data(bytes, [](const std::byte* read) { ::operator delete(const_cast<std::byte*>(read), kAlignment); });
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.string().c_str(), "rb"), &std::fclose);
  if (file == nullptr || std::fread(bytes, 1, size, file.get()) != size)
    return fail(Code::kIo, fmt::format("{} cannot be read", path.string()));
  return MappedFile(std::move(data), size);
}

}  // namespace holdfast::models
