#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// `%41` becomes `A` (RFC 3986 §2.1); nothing when a percent sign is followed by something else.
std::optional<std::string> percent_decoded(std::string_view text);

/// The same for `application/x-www-form-urlencoded`: `+` is a space, and a percent sign that is
/// followed by something else stands for itself (URL standard §5.1).
std::string form_decoded(std::string_view text);

}  // namespace parley
