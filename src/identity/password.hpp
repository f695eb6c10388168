#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"

namespace parley::identity {

inline constexpr std::size_t kMinPasswordLength = 8;
/// Longer ones are refused, so that a request cannot buy much hashing.
inline constexpr std::size_t kMaxPasswordLength = 256;

/// `scrypt$n$r$p$salt$hash`, salt and hash base64url. Tens of milliseconds: a worker's job.
std::string hash_password(std::string_view password, Random& random);

/// False too for a stored text that is not of that form or asks for more than crypto/ allows.
bool password_matches(std::string_view password, std::string_view stored);

/// A stored text that no password matches, as costly to check as a real one: checked for names that
/// don't exist, so that the time of an answer does not tell which do.
std::string unmatchable_password_hash();

}  // namespace parley::identity
