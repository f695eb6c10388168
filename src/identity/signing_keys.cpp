#include "identity/signing_keys.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "identity/jwt.hpp"

namespace parley::identity {
namespace {

using crypto::SignatureAlgorithm;
using model::Json;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

/// A PKCS #8 RSA key does not say rs256 or ps256, so the record must agree with what was parsed;
/// ps256 is for assertions of others, we don't sign with it.
std::optional<TokenKey> parse(const model::SigningKeyRecord& record) {
  const std::optional<SignatureAlgorithm> algorithm = algorithm_named(record.algorithm);
  std::optional<crypto::SigningKey> key = crypto::SigningKey::from_pkcs8_der(record.pkcs8_der);
  if (!algorithm || !key || key->algorithm() != *algorithm) return std::nullopt;
  crypto::PublicKey public_key = key->public_key();
  return TokenKey{record.kid, std::move(*key), std::move(public_key), record.created,
                  record.retired};
}

bool trusted(const std::optional<UtcTime>& retired, UtcTime now) {
  return !retired || now < *retired + duration_cast<milliseconds>(kRetiredKeyTrust);
}

Json jwk_of(const TokenKey& key) {
  const crypto::Jwk jwk = key.public_key.jwk();
  Json json(boost::json::object_kind);
  auto& object = json.get_object();
  object["kid"] = key.kid;
  object["use"] = "sig";
  object["alg"] = algorithm_name(key.key.algorithm());
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) object[name] = value;
  };
  add("kty", jwk.kty);
  add("n", jwk.n);
  add("e", jwk.e);
  add("crv", jwk.crv);
  add("x", jwk.x);
  add("y", jwk.y);
  return json;
}

}  // namespace

SigningKeys SigningKeys::from(const std::vector<model::SigningKeyRecord>& records) {
  SigningKeys keys;
  for (const model::SigningKeyRecord& record : records) {
    if (std::optional<TokenKey> key = parse(record)) {
      keys.keys_.push_back(std::move(*key));
    } else {
      keys.unusable_.push_back(record.kid);
    }
  }
  std::stable_sort(keys.keys_.begin(), keys.keys_.end(),
                   [](const TokenKey& a, const TokenKey& b) { return a.created < b.created; });
  return keys;
}

const TokenKey* SigningKeys::active(UtcTime now) const {
  for (const TokenKey& key : keys_) {
    if (!key.retired || now < *key.retired) return &key;
  }
  return nullptr;
}

const TokenKey* SigningKeys::find(std::string_view kid, UtcTime now) const {
  for (const TokenKey& key : keys_) {
    if (key.kid == kid) return trusted(key.retired, now) ? &key : nullptr;
  }
  return nullptr;
}

Json SigningKeys::jwks(UtcTime now) const {
  Json list(boost::json::array_kind);
  for (const TokenKey& key : keys_) {
    if (trusted(key.retired, now)) list.get_array().push_back(jwk_of(key));
  }
  Json document(boost::json::object_kind);
  document.get_object()["keys"] = std::move(list);
  return document;
}

model::SigningKeyRecord make_signing_key(UtcTime now, SignatureAlgorithm algorithm) {
  const crypto::SigningKey key = crypto::SigningKey::generate(algorithm);
  // The kid names the key by its own bytes, so that no two keys share one.
  const crypto::Sha256Digest name = crypto::sha256(key.public_key().spki_der());
  return {.kid = to_base64url(ByteView(name).first(20)),
          .algorithm = std::string(algorithm_name(algorithm)),
          .pkcs8_der = key.pkcs8_der(),
          .created = now,
          .retired = std::nullopt};
}

std::optional<SignatureAlgorithm> due_signing_key(
    const std::vector<model::SigningKeyRecord>& records, UtcTime now, Duration lifetime) {
  const auto newest = std::ranges::max_element(records, {}, &model::SigningKeyRecord::created);
  if (newest == records.end()) return SignatureAlgorithm::rs256;
  if (now < newest->created + duration_cast<milliseconds>(lifetime)) return std::nullopt;
  return algorithm_named(newest->algorithm).value_or(SignatureAlgorithm::rs256);
}

model::RowChanges announce_signing_key(const std::vector<model::SigningKeyRecord>& records,
                                       model::SigningKeyRecord fresh, UtcTime now) {
  model::RowChanges rows{model::Row(std::move(fresh))};
  for (model::SigningKeyRecord record : records) {
    if (record.retired) continue;
    record.retired = now + duration_cast<milliseconds>(kKeyAnnouncement);
    rows.emplace_back(model::Row(std::move(record)));
  }
  return rows;
}

model::RowChanges erase_old_signing_keys(const std::vector<model::SigningKeyRecord>& records,
                                         UtcTime now) {
  model::RowChanges rows;
  for (const model::SigningKeyRecord& record : records)
    if (!trusted(record.retired, now))
      rows.emplace_back(model::EraseRow(model::Erase<model::SigningKeyRecord>{record.kid}));
  return rows;
}

}  // namespace parley::identity
