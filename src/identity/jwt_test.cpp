#include "identity/jwt.hpp"

#include <array>

#include "crypto/hash.hpp"
#include "identity/identity_test_support.hpp"

namespace parley::identity {
namespace {

using crypto::SignatureAlgorithm;
using model::Json;

constexpr std::int64_t kSecond = 1'800'000'000;  // kTestNow

const crypto::SigningKey& ec_key() {
  static const crypto::SigningKey key = crypto::SigningKey::generate(SignatureAlgorithm::es256);
  return key;
}

const crypto::SigningKey& rs_key() {
  static const crypto::SigningKey key =
      *crypto::SigningKey::from_pkcs8_der(test_rsa_key().pkcs8_der());
  return key;
}

Json good_claims() {
  return json(R"({"iss":"https://issuer","aud":"me","iat":1799999990,"nbf":1799999990,
                  "exp":1800003600,"tid":"t"})");
}

Json with(Json claims, std::string_view name, const Json& value) {
  claims.get_object()[name] = value;
  return claims;
}

Json without(Json claims, std::string_view name) {
  claims.get_object().erase(name);
  return claims;
}

std::string encode(std::string_view text) {
  return to_base64url(as_bytes(text));
}

/// A token with exactly this header text, well signed with the RSA key by RS256.
std::string signed_raw(std::string_view header, std::string_view claims) {
  const std::string text = encode(header) + "." + encode(claims);
  return text + "." + to_base64url(rs_key().sign(as_bytes(text)));
}

std::string good_text() {
  return model::write_json(good_claims());
}

Json kid_header(std::string_view kid = "k1") {
  Json header(boost::json::object_kind);
  header.get_object()["kid"] = kid;
  return header;
}

std::string good(const Json& claims) {
  return sign_jwt(kid_header(), claims, rs_key());
}

/// The verifier's keys: `k1` RSA, `e1` EC.
std::optional<crypto::PublicKey> find_key(const JwtHeader& header) {
  if (header.kid == "k1") return rs_key().public_key();
  if (header.kid == "e1") return ec_key().public_key();
  return std::nullopt;
}

Result<Jwt, JwtFault> verify(std::string_view token) {
  static const std::array algorithms = {SignatureAlgorithm::rs256, SignatureAlgorithm::es256};
  static const std::array issuers = {std::string("https://issuer"), std::string("https://second")};
  static const std::array audiences = {std::string("me"), std::string("also me")};
  return verify_jwt(token, find_key, {algorithms, issuers, audiences}, kTestNow);
}

struct Case {
  const char* name;
  std::string token;
  std::optional<JwtFault> fault;  ///< absent: it is taken
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

/// HS256 over the public key's own bytes: what a verifier that trusts `alg` would accept.
std::string hmac_token(ByteView key) {
  const std::string text = encode(R"({"alg":"HS256","kid":"k1"})") + "." + encode(good_text());
  return text + "." + to_base64url(crypto::hmac_sha256(key, as_bytes(text)));
}

std::string header(std::string_view members) {
  return R"({"alg":"RS256","kid":"k1",)" + std::string(members) + "}";
}

std::vector<Case> taken() {
  return {
      {"plain", good(good_claims()), {}},
      {"ES256", sign_jwt(kid_header("e1"), good_claims(), ec_key()), {}},
      {"second issuer", good(with(good_claims(), "iss", "https://second")), {}},
      {"second audience", good(with(good_claims(), "aud", "also me")), {}},
      {"audience in a list", good(with(good_claims(), "aud", json(R"(["x","me"])"))), {}},
      {"no iat and nbf", good(without(without(good_claims(), "iat"), "nbf")), {}},
      {"expired within the skew", good(with(good_claims(), "exp", Json(kSecond - 299))), {}},
      {"nbf within the skew", good(with(good_claims(), "nbf", Json(kSecond + 300))), {}},
      {"fractional exp", good(with(good_claims(), "exp", Json(1800000000.5))), {}},
      {"at+jwt", signed_raw(header(R"("typ":"at+JWT")"), good_text()), {}},
      {"jku is not followed", signed_raw(header(R"("jku":"https://evil/keys")"), good_text()), {}},
      {"x5u is not followed", signed_raw(header(R"("x5u":"https://evil/cert")"), good_text()), {}},
  };
}

std::vector<Case> bad_form() {
  using enum JwtFault;
  const std::string token = good(good_claims());
  const std::string payload = encode(good_text());
  return {
      {"empty", "", malformed},
      {"one part", "abc", malformed},
      {"two parts", token.substr(0, token.rfind('.')), malformed},
      {"four parts", token + ".", malformed},
      {"five parts (JWE)", token + ".a.b", malformed},
      {"space before", " " + token, malformed},
      {"padding", token + "=", malformed},
      {"standard base64", replaced(token, ".", "+."), malformed},
      {"header is a list", signed_raw("[]", good_text()), malformed},
      {"header is text", signed_raw("\"RS256\"", good_text()), malformed},
      {"header is not JSON", signed_raw("{alg:RS256}", good_text()), malformed},
      {"claims are a list", signed_raw(header(R"("typ":"JWT")"), "[1]"), malformed},
      {"claims end early", signed_raw(header(R"("typ":"JWT")"), "{\"iss\":"), malformed},
      {"duplicate claim",
       signed_raw(header(R"("typ":"JWT")"), replaced(good_text(), "{", R"({"aud":"me",)")),
       malformed},
      {"duplicate alg", signed_raw(header(R"("alg":"none")"), good_text()), malformed},
      {"byte order mark", signed_raw("\xEF\xBB\xBF{\"alg\":\"RS256\"}", good_text()), malformed},
      {"deep claims",
       signed_raw(header(R"("typ":"JWT")"), std::string(100, '[') + std::string(100, ']')),
       malformed},
      {"one over the length", std::string(kMaxTokenLength + 1, 'a'), too_long},
      {"one megabyte", good(with(good_claims(), "pad", std::string(1 << 20, 'x').c_str())),
       too_long},
  };
}

std::vector<Case> bad_header() {
  using enum JwtFault;
  const std::string payload = encode(good_text());
  return {
      {"alg none without signature", encode(R"({"alg":"none"})") + "." + payload + ".",
       algorithm_refused},
      {"alg None", signed_raw(R"({"alg":"None","kid":"k1"})", good_text()), algorithm_refused},
      {"alg nOnE", signed_raw(R"({"alg":"nOnE","kid":"k1"})", good_text()), algorithm_refused},
      {"no alg", signed_raw(R"({"kid":"k1"})", good_text()), algorithm_refused},
      {"alg of another kind", signed_raw(R"({"alg":256,"kid":"k1"})", good_text()),
       unsupported_header},
      {"alg in lower case", signed_raw(R"({"alg":"rs256","kid":"k1"})", good_text()),
       algorithm_refused},
      {"RS384", signed_raw(R"({"alg":"RS384","kid":"k1"})", good_text()), algorithm_refused},
      {"HS256 with the public key", hmac_token(rs_key().public_key().spki_der()),
       algorithm_refused},
      {"HS256 with an empty key", hmac_token({}), algorithm_refused},
      {"PS256 where it is not allowed", sign_jwt(kid_header(), good_claims(), test_rsa_key()),
       algorithm_refused},
      {"crit", signed_raw(header(R"("crit":["exp"])"), good_text()), unsupported_header},
      {"b64", signed_raw(header(R"("b64":false)"), good_text()), unsupported_header},
      {"another typ", signed_raw(header(R"("typ":"JWE")"), good_text()), unsupported_header},
      {"kid of another kind", signed_raw(R"({"alg":"RS256","kid":{"a":1}})", good_text()),
       unsupported_header},
      {"long kid",
       sign_jwt(kid_header(std::string(kMaxKeyIdLength + 1, 'k')), good_claims(), rs_key()),
       unsupported_header},
      {"x5t of the wrong size", signed_raw(header(R"("x5t":"AAAA")"), good_text()),
       unsupported_header},
      {"no kid", signed_raw(R"({"alg":"RS256"})", good_text()), unknown_key},
      {"unknown kid", sign_jwt(kid_header("k2"), good_claims(), rs_key()), unknown_key},
      {"kid is a path", sign_jwt(kid_header("../../k1"), good_claims(), rs_key()), unknown_key},
      {"kid is SQL", sign_jwt(kid_header("k1' OR '1'='1"), good_claims(), rs_key()), unknown_key},
      {"kid is a URL", sign_jwt(kid_header("https://evil/k1"), good_claims(), rs_key()),
       unknown_key},
      {"kid with a zero byte",
       sign_jwt(kid_header(std::string_view("k1\0", 3)), good_claims(), rs_key()), unknown_key},
  };
}

std::vector<Case> bad_signatures() {
  using enum JwtFault;
  const std::string token = good(good_claims());
  const std::string unsigned_part = token.substr(0, token.rfind('.') + 1);
  const std::string other = good(with(good_claims(), "tid", "other"));
  return {
      {"no signature", unsigned_part, bad_signature},
      {"short signature", unsigned_part + "AAAA", bad_signature},
      {"signature of another token", unsigned_part + other.substr(other.rfind('.') + 1),
       bad_signature},
      {"claims of another token",
       token.substr(0, token.find('.')) +
           other.substr(other.find('.'), other.rfind('.') - other.find('.')) +
           token.substr(token.rfind('.')),
       bad_signature},
      {"EC key for RS256", signed_raw(R"({"alg":"RS256","kid":"e1"})", good_text()), bad_signature},
      {"RSA key for ES256", signed_raw(R"({"alg":"ES256","kid":"k1"})", good_text()),
       bad_signature},
      {"ES256 of zeros (r = s = 0)",
       encode(R"({"alg":"ES256","kid":"e1"})") + "." + encode(good_text()) + "." +
           to_base64url(Bytes(64)),
       bad_signature},
      {"own key brought along (jwk)",
       sign_jwt(with(kid_header("e1"), "jwk", json(R"({"kty":"EC"})")), good_claims(),
                crypto::SigningKey::generate(SignatureAlgorithm::es256)),
       bad_signature},
  };
}

std::vector<Case> bad_claims() {
  using enum JwtFault;
  const Json claims = good_claims();
  return {
      {"expired", good(with(claims, "exp", Json(kSecond - 300))), expired},
      {"long expired", good(with(claims, "exp", Json(1))), expired},
      {"no exp", good(without(claims, "exp")), bad_claim},
      {"exp as text", good(with(claims, "exp", "1800003600")), bad_claim},
      {"exp null", good(with(claims, "exp", Json(nullptr))), bad_claim},
      {"exp negative", good(with(claims, "exp", Json(-1))), bad_claim},
      {"exp beyond all time", good(with(claims, "exp", Json(1e300))), bad_claim},
      {"exp in milliseconds", good(with(claims, "exp", Json(1800003600000))), bad_claim},
      {"nbf in the future", good(with(claims, "nbf", Json(kSecond + 301))), not_yet_valid},
      {"nbf as text", good(with(claims, "nbf", "0")), bad_claim},
      {"iat in the future", good(with(claims, "iat", Json(kSecond + 301))), not_yet_valid},
      {"iat as a list", good(with(claims, "iat", json("[1]"))), bad_claim},
      {"no iss", good(without(claims, "iss")), wrong_issuer},
      {"other iss", good(with(claims, "iss", "https://issuer.evil")), wrong_issuer},
      {"iss with a slash more", good(with(claims, "iss", "https://issuer/")), wrong_issuer},
      {"iss as a list", good(with(claims, "iss", json(R"(["https://issuer"])"))), wrong_issuer},
      {"no aud", good(without(claims, "aud")), wrong_audience},
      {"other aud", good(with(claims, "aud", "you")), wrong_audience},
      {"aud in another case", good(with(claims, "aud", "ME")), wrong_audience},
      {"aud an empty list", good(with(claims, "aud", json("[]"))), wrong_audience},
      {"aud a list of lists", good(with(claims, "aud", json(R"([["me"]])"))), wrong_audience},
      {"aud a number", good(with(claims, "aud", Json(1))), wrong_audience},
  };
}

TEST(Jwt, EveryCaseIsTakenOrRefusedForItsReason) {
  std::size_t cases = 0;
  for (const auto& table : {taken(), bad_form(), bad_header(), bad_signatures(), bad_claims()}) {
    for (const Case& c : table) {
      const Result<Jwt, JwtFault> verdict = verify(c.token);
      if (c.fault) {
        ASSERT_FALSE(verdict) << c.name << " was taken";
        EXPECT_EQ(verdict.error(), *c.fault) << c.name << ": " << jwt_fault_text(verdict.error());
      } else {
        EXPECT_TRUE(verdict) << c.name << ": " << jwt_fault_text(verdict.error());
      }
      ++cases;
    }
  }
  EXPECT_GE(cases, 60u);
}

TEST(Jwt, EveryChangedCharacterIsNoticed) {
  const std::string token = sign_jwt(kid_header("e1"), good_claims(), ec_key());
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(changed)) << "character " << i;
  }
}

TEST(Jwt, PeekReadsClaimsWithoutTrust) {
  const std::string token = good(good_claims());
  const auto peeked = peek_jwt(token.substr(0, token.rfind('.')) + ".AAAA");
  ASSERT_TRUE(peeked);
  EXPECT_EQ(peeked->text("tid"), "t");
  EXPECT_EQ(peeked->text("exp"), std::nullopt);
  EXPECT_EQ(peeked->time("exp"), kTestNow + std::chrono::hours(1));
}

}  // namespace
}  // namespace parley::identity
