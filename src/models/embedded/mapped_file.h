// A file's bytes, read-only: mapped into memory where the system can, so that they cost no memory of the process' own
// and are shared between processes; read into memory elsewhere.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"

namespace holdfast::models {

class MappedFile {
 public:
  // kIo when there is no such file, or it cannot be read, or is larger than `max_bytes`. The file must not be changed
  // while it is open: replace it by renaming another over it.
  [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path, std::size_t max_bytes);

  // Begins at a multiple of 64 bytes. Good for as long as this, or what it was moved to, lives.
  [[nodiscard]] std::span<const std::byte> bytes() const { return {data_.get(), size_}; }

 private:
  using Data = std::unique_ptr<const std::byte, std::function<void(const std::byte*)>>;
  MappedFile(Data data, std::size_t size) : data_(std::move(data)), size_(size) {}

  Data data_;
  std::size_t size_;
};

}  // namespace holdfast::models
