#include "identity/jwt.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace parley::identity {
namespace {

using crypto::SignatureAlgorithm;
using model::Json;

constexpr std::array<std::pair<std::string_view, SignatureAlgorithm>, 3> kAlgorithms{{
    {"RS256", SignatureAlgorithm::rs256},
    {"PS256", SignatureAlgorithm::ps256},
    {"ES256", SignatureAlgorithm::es256},
}};
/// 9999-12-31T23:59:59Z.
constexpr double kLastSecond = 253402300799.0;

struct Parts {
  Jwt jwt;
  std::string_view signed_text;
  Bytes signature;
};

std::optional<Json> decode_object(std::string_view part) {
  const std::optional<Bytes> bytes = from_base64url(part);
  if (!bytes) return std::nullopt;
  Result<Json, model::JsonError> json = model::parse_json(as_text(*bytes));
  if (!json || !json->is_object()) return std::nullopt;
  return std::move(json).value();
}

/// Reads an optional text member into `out`; false if it has another kind.
bool read_text(const Json& object, std::string_view name, std::optional<std::string>& out) {
  const Json* const member = object.get_object().if_contains(name);
  if (!member) return true;
  if (!member->is_string()) return false;
  out = std::string(member->get_string());
  return true;
}

bool read_thumbprint(const Json& object, std::string_view name, std::size_t size,
                     std::optional<Bytes>& out) {
  std::optional<std::string> text;
  if (!read_text(object, name, text)) return false;
  if (!text) return true;
  out = from_base64url(*text);
  return out && out->size() == size;
}

Result<JwtHeader, JwtFault> read_header(const Json& json) {
  const auto& object = json.get_object();
  std::optional<std::string> alg;
  std::optional<std::string> typ;
  JwtHeader header;
  // RFC 7515 §4.1.11: an extension that must be understood, and we understand none (RFC 7797
  // `b64`).
  const bool extended = object.contains("crit") || object.contains("b64");
  const bool readable = read_text(json, "alg", alg) && read_text(json, "typ", typ) &&
                        read_text(json, "kid", header.kid) &&
                        read_thumbprint(json, "x5t", 20, header.x5t) &&
                        read_thumbprint(json, "x5t#S256", 32, header.x5t_s256);
  const bool other_type =
      typ && !equal_ignoring_case(*typ, "JWT") && !equal_ignoring_case(*typ, "at+jwt");
  const bool long_kid = header.kid && header.kid->size() > kMaxKeyIdLength;
  if (extended || !readable || other_type || long_kid) return Failure{JwtFault::unsupported_header};
  const std::optional<SignatureAlgorithm> algorithm = alg ? algorithm_named(*alg) : std::nullopt;
  if (!algorithm) return Failure{JwtFault::algorithm_refused};
  header.algorithm = *algorithm;
  return header;
}

Result<Parts, JwtFault> parse(std::string_view token) {
  if (token.size() > kMaxTokenLength) return Failure{JwtFault::too_long};
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return Failure{JwtFault::malformed};
  }
  const std::optional<Json> header_json = decode_object(token.substr(0, first));
  std::optional<Json> claims = decode_object(token.substr(first + 1, second - first - 1));
  std::optional<Bytes> signature = from_base64url(token.substr(second + 1));
  if (!header_json || !claims || !signature) return Failure{JwtFault::malformed};
  Result<JwtHeader, JwtFault> header = read_header(*header_json);
  if (!header) return Failure{header.error()};
  return Parts{Jwt{std::move(header).value(), std::move(*claims)}, token.substr(0, second),
               std::move(*signature)};
}

std::optional<JwtFault> check_times(const Jwt& jwt, UtcTime now) {
  const auto skew = std::chrono::duration_cast<std::chrono::milliseconds>(kClockSkew);
  const std::optional<UtcTime> expires = jwt.time("exp");
  if (!expires) return JwtFault::bad_claim;
  for (const std::string_view claim : {"nbf", "iat"}) {
    const std::optional<UtcTime> from = jwt.time(claim);
    if (!from && jwt.has(claim)) return JwtFault::bad_claim;
    if (from && now + skew < *from) return JwtFault::not_yet_valid;
  }
  if (now >= *expires + skew) return JwtFault::expired;
  return std::nullopt;
}

std::optional<JwtFault> check_parties(const Jwt& jwt, const JwtRules& rules) {
  const std::optional<std::string_view> issuer = jwt.text("iss");
  if (!issuer ||
      std::find(rules.issuers.begin(), rules.issuers.end(), *issuer) == rules.issuers.end()) {
    return JwtFault::wrong_issuer;
  }
  const bool ours = std::any_of(rules.audiences.begin(), rules.audiences.end(),
                                [&](const std::string& audience) { return jwt.is_for(audience); });
  if (!ours) return JwtFault::wrong_audience;
  return std::nullopt;
}

}  // namespace

std::string_view jwt_fault_text(JwtFault fault) {
  switch (fault) {
    case JwtFault::too_long:
      return "the token is longer than 16 KiB";
    case JwtFault::malformed:
      return "the token is not three base64url parts joined by dots, the first two JSON objects";
    case JwtFault::unsupported_header:
      return "the token's header has a member that is not supported";
    case JwtFault::algorithm_refused:
      return "the token's algorithm is not accepted here";
    case JwtFault::unknown_key:
      return "the token names a key that is not known here";
    case JwtFault::bad_signature:
      return "the token's signature is wrong";
    case JwtFault::bad_claim:
      return "the token lacks a claim, or one has the wrong kind";
    case JwtFault::expired:
      return "the token has expired";
    case JwtFault::not_yet_valid:
      return "the token is not valid yet; compare the clocks";
    case JwtFault::wrong_issuer:
      return "the token has another issuer";
    case JwtFault::wrong_audience:
      return "the token is for another audience";
  }
  return {};
}

std::optional<std::string_view> Jwt::text(std::string_view claim) const {
  const Json* const member = claims.get_object().if_contains(claim);
  if (!member || !member->is_string()) return std::nullopt;
  const auto& text = member->get_string();
  return std::string_view(text.data(), text.size());
}

std::optional<UtcTime> Jwt::time(std::string_view claim) const {
  const Json* const member = claims.get_object().if_contains(claim);
  if (!member || !member->is_number()) return std::nullopt;
  const double seconds = member->is_double()  ? member->get_double()
                         : member->is_int64() ? static_cast<double>(member->get_int64())
                                              : static_cast<double>(member->get_uint64());
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kLastSecond) return std::nullopt;
  return UtcTime(std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000.0)));
}

bool Jwt::has(std::string_view claim) const {
  return claims.get_object().contains(claim);
}

bool Jwt::is_for(std::string_view audience) const {
  const Json* const member = claims.get_object().if_contains("aud");
  if (!member) return false;
  const auto equals = [&](const Json& one) {
    return one.is_string() && std::string_view(one.get_string()) == audience;
  };
  if (!member->is_array()) return equals(*member);
  const auto& several = member->get_array();
  return std::any_of(several.begin(), several.end(), equals);
}

Result<Jwt, JwtFault> verify_jwt(std::string_view token, const FindKey& find_key,
                                 const JwtRules& rules, UtcTime now) {
  Result<Parts, JwtFault> parts = parse(token);
  if (!parts) return Failure{parts.error()};
  Jwt& jwt = parts->jwt;
  if (std::find(rules.algorithms.begin(), rules.algorithms.end(), jwt.header.algorithm) ==
      rules.algorithms.end()) {
    return Failure{JwtFault::algorithm_refused};
  }
  const std::optional<crypto::PublicKey> key = find_key(jwt.header);
  if (!key) return Failure{JwtFault::unknown_key};
  if (!key->verify(jwt.header.algorithm, as_bytes(parts->signed_text), parts->signature)) {
    return Failure{JwtFault::bad_signature};
  }
  if (const std::optional<JwtFault> fault = check_times(jwt, now)) return Failure{*fault};
  if (const std::optional<JwtFault> fault = check_parties(jwt, rules)) return Failure{*fault};
  return std::move(jwt);
}

Result<Jwt, JwtFault> peek_jwt(std::string_view token) {
  Result<Parts, JwtFault> parts = parse(token);
  if (!parts) return Failure{parts.error()};
  return std::move(parts->jwt);
}

std::string sign_jwt(Json header, const Json& claims, const crypto::SigningKey& key) {
  header.get_object()["alg"] = algorithm_name(key.algorithm());
  header.get_object()["typ"] = "JWT";
  std::string token = to_base64url(as_bytes(model::write_json(header))) + "." +
                      to_base64url(as_bytes(model::write_json(claims)));
  const Bytes signature = key.sign(as_bytes(token));
  return token + "." + to_base64url(signature);
}

std::string_view algorithm_name(SignatureAlgorithm algorithm) {
  for (const auto& [name, known] : kAlgorithms) {
    if (known == algorithm) return name;
  }
  return {};
}

std::optional<SignatureAlgorithm> algorithm_named(std::string_view name) {
  for (const auto& [known, algorithm] : kAlgorithms) {
    if (known == name) return algorithm;
  }
  return std::nullopt;
}

}  // namespace parley::identity
