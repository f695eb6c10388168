#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/signing_key.hpp"
#include "model/json.hpp"

namespace parley::identity {

// JSON Web Tokens (RFC 7519) in compact form (RFC 7515 §7.1), read with the distrust of RFC 8725:
// the verifier chooses the algorithms and the key, the token never brings either.

/// Longer tokens are refused before they are looked at.
inline constexpr std::size_t kMaxTokenLength = 16 * 1024;
inline constexpr std::size_t kMaxKeyIdLength = 256;
/// Clocks of two machines may differ by this much.
inline constexpr Duration kClockSkew = std::chrono::minutes(5);

enum class JwtFault {
  too_long,
  malformed,           ///< not three base64url parts of JSON objects, or a duplicate member
  unsupported_header,  ///< `crit`, `b64`, another `typ`, or a member of the wrong kind
  algorithm_refused,   ///< `alg` is none, unknown, or not one that is allowed here
  unknown_key,         ///< `kid` or thumbprint names no key of ours
  bad_signature,
  bad_claim,  ///< a required claim is missing or has the wrong kind
  expired,
  not_yet_valid,  ///< `nbf` or `iat` lies in the future
  wrong_issuer,
  wrong_audience,
};

/// What is wrong with a token, as a clause for people: "the token has expired".
std::string_view jwt_fault_text(JwtFault fault);

struct JwtHeader {
  crypto::SignatureAlgorithm algorithm = crypto::SignatureAlgorithm::rs256;
  std::optional<std::string> kid;
  std::optional<Bytes> x5t;       ///< SHA-1 thumbprint
  std::optional<Bytes> x5t_s256;  ///< SHA-256 thumbprint
};

struct Jwt {
  JwtHeader header;
  model::Json claims;  ///< an object

  /// nullopt when it is absent or of another kind.
  std::optional<std::string_view> text(std::string_view claim) const;
  /// A NumericDate; nullopt too for a negative one and one after the year 9999.
  std::optional<UtcTime> time(std::string_view claim) const;
  bool has(std::string_view claim) const;
  /// True if `aud` is this text or an array of texts that holds it.
  bool is_for(std::string_view audience) const;
};

struct JwtRules {
  std::span<const crypto::SignatureAlgorithm> algorithms;
  std::span<const std::string> issuers;    ///< one of these must be `iss`
  std::span<const std::string> audiences;  ///< one of these must be in `aud`
};

/// The key for a header, or nullopt. It sees only what names a key, never `jku`, `jwk`, `x5u` or
/// `x5c`.
using FindKey = std::function<std::optional<crypto::PublicKey>(const JwtHeader&)>;

/// Checks form, algorithm, key, signature, then times, issuer and audience. Requires `exp`.
Result<Jwt, JwtFault> verify_jwt(std::string_view token, const FindKey& find_key,
                                 const JwtRules& rules, UtcTime now);

/// The claims without any check of the signature: only to find whose key to check it with.
Result<Jwt, JwtFault> peek_jwt(std::string_view token);

/// `header` gets `alg` and `typ`; both arguments must be objects.
std::string sign_jwt(model::Json header, const model::Json& claims, const crypto::SigningKey& key);

/// "RS256", "PS256" or "ES256", RFC 7518 §3.1.
std::string_view algorithm_name(crypto::SignatureAlgorithm algorithm);
std::optional<crypto::SignatureAlgorithm> algorithm_named(std::string_view name);

}  // namespace parley::identity
