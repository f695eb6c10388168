#include "identity/client_assertion.hpp"

#include <algorithm>
#include <array>

#include "crypto/hash.hpp"
#include "identity/jwt.hpp"
#include "identity/secrets.hpp"

namespace parley::identity {
namespace {

constexpr std::array kAssertionAlgorithms = {crypto::SignatureAlgorithm::ps256,
                                             crypto::SignatureAlgorithm::rs256};
/// An assertion that lives longer is refused: it would have to be remembered as long.
constexpr std::chrono::hours kMaxAssertionLifetime{24};

Failure<OauthError> refused(std::string text) {
  return Failure{OauthError{OauthErrorKind::invalid_client, 700027, std::move(text)}};
}

bool names(const JwtHeader& header, const model::ApplicationCertificateRecord& certificate) {
  if (header.x5t_s256) return *header.x5t_s256 == certificate.thumbprint_sha256;
  if (!header.x5t) return false;
  const crypto::Sha1Digest sha1 = crypto::sha1(certificate.certificate_der);
  return std::equal(sha1.begin(), sha1.end(), header.x5t->begin(), header.x5t->end());
}

std::optional<crypto::PublicKey> key_for(const AssertionRequest& request, const JwtHeader& header) {
  for (const auto* const certificate :
       request.directory.certificates_of(request.application.application_id)) {
    const bool in_force = certificate->starts <= request.now && request.now < certificate->ends;
    if (in_force && names(header, *certificate)) {
      return crypto::PublicKey::from_certificate_der(certificate->certificate_der);
    }
  }
  return std::nullopt;
}

std::vector<std::string> accepted_audiences(const AssertionRequest& request) {
  std::vector<std::string> audiences{issuer_of(request.options, request.tenant.id)};
  for (const std::string& tenant :
       {to_text(request.tenant.id), request.tenant.domain, std::string(request.tenant_text)}) {
    audiences.push_back(token_endpoint(request.options, tenant));
    audiences.push_back(request.options.public_url + "/" + tenant + "/oauth2/token");
  }
  return audiences;
}

std::string describe(JwtFault fault, const AssertionRequest& request) {
  std::string text = "client_assertion: " + std::string(jwt_fault_text(fault));
  if (fault == JwtFault::unknown_key) {
    text +=
        "; its header needs x5t#S256 (or x5t) of a certificate that is registered for the "
        "application and in force. `parley app certificate` registers one";
  }
  if (fault == JwtFault::wrong_audience) {
    text += "; expected " + token_endpoint(request.options, to_text(request.tenant.id));
  }
  if (fault == JwtFault::algorithm_refused) text += "; sign it with PS256 or RS256";
  return text + ".";
}

}  // namespace

AssertionMemory::Verdict AssertionMemory::use(ApplicationId application, std::string_view jti,
                                              std::string_view assertion, UtcTime expires,
                                              UtcTime now) {
  auto& used = used_[application];
  std::erase_if(used, [&](const auto& entry) { return entry.second.expires <= now; });
  const Bytes hash = secret_hash(assertion);
  Bytes name = secret_hash(jti);
  const auto found = used.find(name);
  if (found == used.end()) {
    if (used.size() >= kMaxPerApplication) return Verdict::too_many;
    used.emplace(std::move(name), Used{hash, expires, 1});
    return Verdict::accepted;
  }
  if (found->second.assertion_sha256 != hash) return Verdict::jti_taken;
  if (found->second.uses >= kMaxUses) return Verdict::used_up;
  ++found->second.uses;
  return Verdict::accepted;
}

Result<void, OauthError> check_client_assertion(const AssertionRequest& request,
                                                AssertionMemory& memory) {
  const std::vector<std::string> audiences = accepted_audiences(request);
  const auto find_key = [&](const JwtHeader& header) {
    return key_for(request, header);
  };
  // `iss` names the application by its id, in whatever form the client writes ids.
  const Result<Jwt, JwtFault> peeked = peek_jwt(request.assertion);
  if (!peeked) return refused(describe(peeked.error(), request));
  for (const std::string_view claim : {"iss", "sub"}) {
    const std::optional<std::string_view> text = peeked->text(claim);
    if (!text || Uuid::parse(*text) != request.application.application_id.value) {
      return refused("client_assertion: " + std::string(claim) + " must be the application's id " +
                     to_text(request.application.application_id) + ".");
    }
  }
  const std::array issuers = {std::string(*peeked->text("iss"))};
  const Result<Jwt, JwtFault> jwt = verify_jwt(
      request.assertion, find_key, {kAssertionAlgorithms, issuers, audiences}, request.now);
  if (!jwt) return refused(describe(jwt.error(), request));
  const UtcTime expires = *jwt->time("exp");
  if (expires > request.now + kMaxAssertionLifetime) {
    return refused("client_assertion: exp is more than 24 hours away; 10 minutes are enough.");
  }
  const auto skew = std::chrono::duration_cast<std::chrono::milliseconds>(kClockSkew);
  const std::string_view jti = jwt->text("jti").value_or(request.assertion);
  switch (memory.use(request.application.application_id, jti, request.assertion, expires + skew,
                     request.now)) {
    case AssertionMemory::Verdict::accepted:
      return {};
    case AssertionMemory::Verdict::used_up:
      return refused("client_assertion: it was used too often; sign a new one.");
    case AssertionMemory::Verdict::jti_taken:
      return refused("client_assertion: its jti was used by another assertion.");
    case AssertionMemory::Verdict::too_many:
      return refused("client_assertion: too many in use; keep access tokens until they expire.");
  }
  return {};
}

}  // namespace parley::identity
