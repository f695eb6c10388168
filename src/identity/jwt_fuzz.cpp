#include <algorithm>
#include <array>
#include <cstdlib>

#include "identity/jwt.hpp"

namespace {

using namespace parley;
using namespace parley::identity;

const crypto::SigningKey& key() {
  static const crypto::SigningKey made =
      crypto::SigningKey::generate(crypto::SignatureAlgorithm::es256);
  return made;
}

void require(bool condition) {
  if (!condition) std::abort();
}

/// Fractions may change in their last digit when they are written and read.
bool holds_double(const model::Json& json) {
  if (json.is_double()) return true;
  if (json.is_array()) {
    const auto& list = json.get_array();
    return std::any_of(list.begin(), list.end(), holds_double);
  }
  if (!json.is_object()) return false;
  const auto& object = json.get_object();
  return std::any_of(object.begin(), object.end(),
                     [](const auto& member) { return holds_double(member.value()); });
}

}  // namespace

// Any text may be peeked at and verified; none that was not signed is taken. Claims that could be
// read survive being signed and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::array algorithms = {crypto::SignatureAlgorithm::es256};
  const std::array issuers = {std::string("i")};
  const std::array audiences = {std::string("a")};
  const auto find_key = [](const JwtHeader&) {
    return std::optional(key().public_key());
  };
  require(!verify_jwt(text, find_key, {algorithms, issuers, audiences}, UtcTime{}).ok());

  // The text itself as claims reaches the checks behind the signature.
  const auto claims = model::parse_json(text);
  if (!claims || !claims->is_object()) return 0;
  const std::string token = sign_jwt(boost::json::object_kind, *claims, key());
  const auto read = peek_jwt(token);
  require(read.ok() == (token.size() <= kMaxTokenLength));
  if (read && !holds_double(*claims)) require(read->claims == *claims);
  static_cast<void>(verify_jwt(token, find_key, {algorithms, issuers, audiences}, UtcTime{}).ok());
  return 0;
}
