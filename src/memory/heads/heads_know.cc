#include "memory/heads/heads_know.h"

#include <string_view>

namespace holdfast::memory {

bool heads_know(const models::Encoder* encoder) {
  constexpr std::string_view kFittedWith = "all-MiniLM-L6-v2/";  // of whatever precision
  return encoder != nullptr && encoder->model().starts_with(kFittedWith);
}

}  // namespace holdfast::memory
