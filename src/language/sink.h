// A view of a callable: what lets a scanner that is compiled once hand its findings to any lambda without allocating.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace holdfast::language {

// Refers to a callable taking `Argument`; as with std::string_view, the callable must outlive the Sink. Meant for
// parameters only.
template <typename Argument>
class Sink {
 public:
  template <typename Callable>
    requires(!std::same_as<std::remove_cvref_t<Callable>, Sink> && std::invocable<Callable&, Argument>)
  Sink(Callable&& callable)  // NOLINT(google-explicit-constructor): a lambda is to be passed as it stands
      : target_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
        call_([](void* target, Argument argument) {
          (*static_cast<std::remove_reference_t<Callable>*>(target))(std::forward<Argument>(argument));
        }) {}

  void operator()(Argument argument) const { call_(target_, std::forward<Argument>(argument)); }

 private:
  void* target_;
  void (*call_)(void*, Argument);
};

}  // namespace holdfast::language
