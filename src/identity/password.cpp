#include "identity/password.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "crypto/hash.hpp"

namespace parley::identity {
namespace {

constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;

struct StoredPassword {
  crypto::ScryptCost cost;
  Bytes salt;
  Bytes hash;
};

std::string write_stored(const StoredPassword& stored) {
  return "scrypt$" + std::to_string(stored.cost.n) + "$" + std::to_string(stored.cost.r) + "$" +
         std::to_string(stored.cost.p) + "$" + to_base64url(stored.salt) + "$" +
         to_base64url(stored.hash);
}

template <class Integer>
bool read_integer(std::string_view text, Integer& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<StoredPassword> read_stored(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('$', at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
  StoredPassword stored;
  std::optional<Bytes> salt = from_base64url(parts[4]);
  std::optional<Bytes> hash = from_base64url(parts[5]);
  const bool numbers = read_integer(parts[1], stored.cost.n) &&
                       read_integer(parts[2], stored.cost.r) &&
                       read_integer(parts[3], stored.cost.p);
  if (!numbers || !salt || !hash || hash->size() != kHashSize) return std::nullopt;
  stored.salt = std::move(*salt);
  stored.hash = std::move(*hash);
  return stored;
}

}  // namespace

std::string hash_password(std::string_view password, Random& random) {
  StoredPassword stored{.cost = {}, .salt = Bytes(kSaltSize), .hash = {}};
  random.fill(stored.salt);
  stored.hash = crypto::scrypt(password, stored.salt, stored.cost, kHashSize);
  return write_stored(stored);
}

bool password_matches(std::string_view password, std::string_view stored) {
  const std::optional<StoredPassword> known = read_stored(stored);
  if (!known || password.size() > kMaxPasswordLength) return false;
  const Bytes hash = crypto::scrypt(password, known->salt, known->cost, kHashSize);
  return hash.size() == kHashSize && crypto::equal_in_constant_time(hash, known->hash);
}

std::string unmatchable_password_hash() {
  return write_stored({.cost = {}, .salt = Bytes(kSaltSize), .hash = Bytes(kHashSize)});
}

}  // namespace parley::identity
