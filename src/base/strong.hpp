#pragma once

#include <compare>
#include <functional>

namespace parley {

/// A value that never converts silently to another kind of the same representation:
/// `using Ssrc = Strong<struct SsrcTag, std::uint32_t>;`
template <class Tag, class Rep>
struct Strong {
  using rep = Rep;
  Rep value{};

  friend auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace parley

template <class Tag, class Rep>
struct std::hash<parley::Strong<Tag, Rep>> {
  std::size_t operator()(const parley::Strong<Tag, Rep>& strong) const {
    return std::hash<Rep>{}(strong.value);
  }
};
