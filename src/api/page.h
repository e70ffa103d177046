// Lists come in pages: the items, and in `result_info` their number and, unless it is the last page, a cursor.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/envelope.h"
#include "memory/service.h"

namespace holdfast::api {

// `cursor(last item)` gives the text that asks for the next page, `render(item)` the item's JSON.
template <typename T, typename Cursor, typename Render>
[[nodiscard]] net::Response page_of(const memory::Page<T>& page, std::size_t per_page, Cursor cursor, Render render) {
  boost::json::array items;
  for (const T& item : page.items) items.push_back(render(item));
  boost::json::object info;
  info["count"] = page.items.size();
  info["per_page"] = per_page;
  if (page.more) info["cursor"] = cursor(page.items.back());
  return success(std::move(items), 200, std::move(info));
}

}  // namespace holdfast::api
