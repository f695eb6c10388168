#include <algorithm>

#include "operations/api_error.hpp"
#include "operations/directory/body_members.hpp"
#include "operations/directory/directory_json.hpp"
#include "operations/directory/handlers.hpp"
#include "operations/directory/lookup.hpp"

namespace parley::operations::directory {
namespace {

/// RFC 7468: the first certificate's bytes between its lines.
std::optional<Bytes> from_pem(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
  const std::size_t begin = text.find(kBegin);
  if (begin == text.npos) return std::nullopt;
  text.remove_prefix(begin + kBegin.size());
  const std::size_t end = text.find("-----END CERTIFICATE-----");
  if (end == text.npos) return std::nullopt;
  std::string base64;
  std::copy_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
               std::back_inserter(base64),
               [](char c) { return c != '\n' && c != '\r' && c != ' '; });
  return from_base64(base64);
}

/// Graph's `key` is the base64 of a certificate's file: DER, or PEM, which people have at hand.
std::optional<Bytes> certificate_der(std::string_view key) {
  auto file = from_base64(key);
  if (!file) return std::nullopt;
  if (as_text(*file).find("-----BEGIN") == std::string_view::npos) return file;
  return from_pem(as_text(*file));
}

}  // namespace

/// Body: `keyCredential {key, displayName?, endDateTime?}`. Unlike Graph's it needs no `proof`
/// signed by an older key: the administrator asks, not the application.
DirectoryResult add_key(const DirectoryContext& context, const DirectoryRequest& request) {
  const auto application = keyed_application(context, request);
  if (!application) return Failure{application.error()};
  BodyMembers body(request.body);
  auto credential = body.object("keyCredential");
  if (!credential) {
    body.refuse("keyCredential", "an object with the certificate's base64 as key is needed");
    return Failure{*body.error()};
  }
  identity::NewCertificate wanted{.application = (*application)->application_id,
                                  .certificate_der = {}};
  const auto der = certificate_der(credential->required_text("key"));
  if (!der) credential->refuse("key", "base64 of a certificate's DER or PEM file is needed");
  wanted.display_name = credential->text("displayName");
  wanted.ends = credential->time("endDateTime");
  if (credential->error()) return Failure{*credential->error()};
  wanted.certificate_der = *der;
  auto made = identity::add_certificate(admin_context(context), wanted);
  if (!made) return Failure{admin_refusal(made.error())};
  return DirectoryReply{resource_reply(context, 200, "microsoft.graph.keyCredential",
                                       key_credential_json(made->record)),
                        std::move(made->rows)};
}

}  // namespace parley::operations::directory
