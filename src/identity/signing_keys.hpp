#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "crypto/signing_key.hpp"
#include "model/json.hpp"
#include "model/records.hpp"

namespace parley::identity {

/// A retired key stays published and trusted this long: longer than any token of ours lives.
inline constexpr Duration kRetiredKeyTrust = std::chrono::hours(25);
/// A new key is published this long before it signs, because bots keep a fetched key set for 2
/// hours (notifications §2).
inline constexpr Duration kKeyAnnouncement = std::chrono::hours(3);

/// One of our keys, parsed.
struct TokenKey {
  std::string kid;
  crypto::SigningKey key;
  crypto::PublicKey public_key;
  UtcTime created{};
  std::optional<UtcTime> retired;  ///< from then on it signs nothing; may lie ahead
};

/// The keys that sign our tokens, parsed once per change of the directory and immutable.
class SigningKeys {
 public:
  /// A record that cannot be used (damaged, unknown algorithm) is left out and told by `unusable`.
  static SigningKeys from(const std::vector<model::SigningKeyRecord>& records);

  /// The key that signs now: the oldest one not retired. nullptr when there is none.
  const TokenKey* active(UtcTime now) const;
  /// For verifying: nullptr for an unknown kid and one that is past its trust.
  const TokenKey* find(std::string_view kid, UtcTime now) const;
  /// The JWKS document, RFC 7517 §5: every key that verifies, announced ones included.
  model::Json jwks(UtcTime now) const;
  const std::vector<TokenKey>& all() const { return keys_; }
  const std::vector<std::string>& unusable() const { return unusable_; }

 private:
  std::vector<TokenKey> keys_;  ///< by age, oldest first
  std::vector<std::string> unusable_;
};

/// A fresh key's record; rs256 unless asked otherwise, because stock bot validators expect it. An
/// RSA key takes about 100 ms to make.
model::SigningKeyRecord make_signing_key(
    UtcTime now, crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::rs256);

/// The algorithm of the next key, when it is time to make one: no key is younger than `lifetime`.
std::optional<crypto::SignatureAlgorithm> due_signing_key(
    const std::vector<model::SigningKeyRecord>& records, UtcTime now, Duration lifetime);

/// The rows that announce a key made by `make_signing_key`; the keys before it sign until the
/// announcement is over.
model::RowChanges announce_signing_key(const std::vector<model::SigningKeyRecord>& records,
                                       model::SigningKeyRecord fresh, UtcTime now);

/// The rows that erase the keys past their trust.
model::RowChanges erase_old_signing_keys(const std::vector<model::SigningKeyRecord>& records,
                                         UtcTime now);

}  // namespace parley::identity
