#pragma once

#include <string_view>

namespace parley {

/// Letters, digits, dots, hyphens, underscores, at most 253: names that a resolver takes, and dotted
/// quads.
bool is_host_name(std::string_view text);

}  // namespace parley
