#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::platform {

/// `application/x-www-form-urlencoded`, in its order; a malformed escape stands for itself.
std::vector<std::pair<std::string, std::string>> parse_form(std::string_view text);

}  // namespace parley::platform
