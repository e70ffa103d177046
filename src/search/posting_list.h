// A growing list that costs 16 bytes while it holds one element.
//
// An index has one list a term, and in real text half of the terms occur once: those need no allocation of their own.
// Longer lists grow by half, not by doubling, because all their slack together is what a profile costs in memory.
// Elements are 8 bytes and trivially copyable.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

namespace holdfast::search {

template <typename T>
class PostingList {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T> && sizeof(T) == 8);

 public:
  PostingList() : heap_(nullptr) {}
  ~PostingList() { release(); }
  PostingList(PostingList&& other) noexcept : size_(other.size_), capacity_(other.capacity_) { take(other); }
  PostingList& operator=(PostingList&& other) noexcept {
    if (this == &other) return *this;
    release();
    size_ = other.size_;
    capacity_ = other.capacity_;
    take(other);
    return *this;
  }

  [[nodiscard]] std::span<const T> view() const { return {data(), size_}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<T> mutable_view() { return {data(), size_}; }

  void push_back(T value) {
    if (size_ == capacity_) reserve(std::max<std::uint32_t>(capacity_ + 2, capacity_ + capacity_ / 2));
    data()[size_++] = value;
  }

  // Keeps the first `size` elements; `size` ≤ size().
  void truncate(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }

  void shrink_to_fit() {
    if (capacity_ > size_ && capacity_ > 1) reserve(std::max<std::uint32_t>(size_, 1));
  }

  // Memory outside the object, with an allowance for the allocator's own header.
  [[nodiscard]] std::size_t heap_bytes() const { return capacity_ > 1 ? capacity_ * sizeof(T) + 8 : 0; }

 private:
  [[nodiscard]] T* data() { return capacity_ > 1 ? heap_ : &one_; }
  [[nodiscard]] const T* data() const { return capacity_ > 1 ? heap_ : &one_; }

  void release() {
    if (capacity_ > 1) delete[] heap_;
  }
  void take(PostingList& other) {
    if (capacity_ > 1) {
      heap_ = other.heap_;
    } else {
      one_ = other.one_;
    }
    other.size_ = 0;
    other.capacity_ = 1;
  }
  void reserve(std::uint32_t capacity) {
    T* const old = data();
    if (capacity == 1) {
      const T first = old[0];
      release();
      one_ = first;
    } else {
      T* const grown = new T[capacity];
      std::copy_n(old, size_, grown);
      release();
      heap_ = grown;
    }
    capacity_ = capacity;
  }

  union {
    T one_;
    T* heap_;
  };
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 1;  // 1: the element is in place
};

}  // namespace holdfast::search
