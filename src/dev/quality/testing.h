// Files that tests write and the loaders read.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/id.h"

namespace holdfast::dev::quality {

class Folder {
 public:
  Folder() {
    SystemRandom random;
    path_ = std::filesystem::temp_directory_path() / ("holdfast-quality-test-" + Id::ulid(0, random).to_string());
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // The file's path.
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    EXPECT_TRUE(static_cast<bool>(std::ofstream(path_ / name) << text));
    return (path_ / name).string();
  }
  [[nodiscard]] std::string path(const std::string& name = "") const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::dev::quality
