#include "crypto/certificate.hpp"

#include <algorithm>

#include "crypto/openssl/certificate_parts.hpp"
#include "crypto/openssl/handles.hpp"
#include "crypto/system_random.hpp"

namespace parley::crypto {
namespace {

/// RFC 5280 appendix A.1, ub-common-name.
constexpr std::size_t kMaxCommonName = 64;
/// A certificate is valid a little before it is made: peers' clocks are behind at times.
constexpr std::chrono::days kBackdate{1};
constexpr std::chrono::days kDtlsLifetime{365};

struct Draft {
  UtcTime now;
  std::string common_name;
  std::chrono::days lifetime;
};

KeyHandle generate_p256() {
  KeyHandle key(EVP_EC_gen(SN_X9_62_prime256v1));
  must(key != nullptr, "generate a key");
  return key;
}

void set_name(X509_NAME* name, std::string_view common_name) {
  const std::string_view cut = common_name.substr(0, kMaxCommonName);
  must(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(cut.data()),
                                  static_cast<int>(cut.size()), -1, 0) == 1,
       "set a certificate's name");
}

void set_time(ASN1_TIME* field, UtcTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch();
  must(ASN1_TIME_set(field, seconds.count()) != nullptr, "set a certificate's dates");
}

/// RFC 5280 §4.1.2.2: positive, at most 20 bytes, and not to be guessed.
void set_serial(X509* certificate) {
  std::array<std::uint8_t, 16> serial;
  SystemRandom().fill(serial);
  serial[0] = static_cast<std::uint8_t>((serial[0] & 0x7F) | 0x40);
  const BigNumber number(BN_bin2bn(serial.data(), serial.size(), nullptr));
  must(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
       "set a certificate's serial number");
}

/// A certificate with everything but issuer, extensions and signature.
X509Handle draft_certificate(const Draft& draft, EVP_PKEY* key) {
  X509Handle certificate(X509_new());
  must(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
           X509_set_pubkey(certificate.get(), key) == 1,
       "make a certificate");
  set_serial(certificate.get());
  set_name(X509_get_subject_name(certificate.get()), draft.common_name);
  set_time(X509_getm_notBefore(certificate.get()), draft.now - kBackdate);
  set_time(X509_getm_notAfter(certificate.get()), draft.now + draft.lifetime);
  return certificate;
}

/// `value` is OpenSSL's configuration syntax: constants of ours only, never a name from outside.
void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionHandle extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

void push_name(GENERAL_NAMES* names, int type, ByteView value) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_STRING* text =
      ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  must(name && text && ASN1_STRING_set(text, value.data(), static_cast<int>(value.size())) == 1,
       "make an alternative name");
  GENERAL_NAME_set0_value(name, type, text);
  must(sk_GENERAL_NAME_push(names, name) > 0, "add an alternative name");
}

void add_alternative_names(X509* certificate, const ServerCertificateOptions& options) {
  const GeneralNames names(GENERAL_NAMES_new());
  must(names != nullptr, "make alternative names");
  for (const std::string& name : options.dns_names) push_name(names.get(), GEN_DNS, as_bytes(name));
  for (const IpAddress& ip : options.ip_addresses) push_name(names.get(), GEN_IPADD, ip.octets());
  must(
      X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
      "add alternative names");
}

void sign_certificate(X509* certificate, X509* issuer, EVP_PKEY* issuer_key) {
  must(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
           X509_sign(certificate, issuer_key, EVP_sha256()) > 0,
       "sign a certificate");
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

PemPair to_pem(X509* certificate, EVP_PKEY* key) {
  const BioHandle certificate_bio(BIO_new(BIO_s_mem()));
  const BioHandle key_bio(BIO_new(BIO_s_mem()));
  must(certificate_bio && key_bio && PEM_write_bio_X509(certificate_bio.get(), certificate) == 1 &&
           PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr,
                                         nullptr) == 1,
       "write PEM");
  return {text_of(certificate_bio.get()), text_of(key_bio.get())};
}

/// Without this, OpenSSL asks the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) {
  return -1;
}

KeyHandle key_from_pem(std::string_view pem) {
  return KeyHandle(PEM_read_bio_PrivateKey(memory_bio(pem).get(), nullptr, no_password, nullptr));
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

Certificate Certificate::generate_self_signed(const Now& now) {
  KeyHandle key = generate_p256();
  X509Handle certificate = draft_certificate({now.utc, "parley", kDtlsLifetime}, key.get());
  sign_certificate(certificate.get(), certificate.get(), key.get());
  ContextHandle dtls = make_dtls_context(certificate.get(), key.get());
  return Certificate(
      std::make_shared<Parts>(Parts{std::move(certificate), std::move(key), std::move(dtls)}));
}

Sha256Digest Certificate::sha256_fingerprint() const {
  return sha256(der());
}

Bytes Certificate::der() const {
  return encode_der(i2d_X509, parts_->certificate.get());
}

PemPair make_ca(const CaOptions& options) {
  const KeyHandle key = generate_p256();
  const X509Handle ca =
      draft_certificate({options.now.utc, options.common_name, options.lifetime}, key.get());
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  sign_certificate(ca.get(), ca.get(), key.get());
  return to_pem(ca.get(), key.get());
}

std::optional<PemPair> make_server_certificate(const PemPair& ca,
                                               const ServerCertificateOptions& options) {
  const X509Handle issuer = x509_from_pem(ca.certificate);
  const KeyHandle issuer_key = key_from_pem(ca.key);
  if (!issuer || !issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1)
    return std::nullopt;
  if (!std::all_of(options.dns_names.begin(), options.dns_names.end(), is_ascii))
    return std::nullopt;

  const KeyHandle key = generate_p256();
  const X509Handle leaf =
      draft_certificate({options.now.utc, "Parley server", options.lifetime}, key.get());
  add_extension(leaf.get(), issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), issuer.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(leaf.get(), issuer.get(), NID_ext_key_usage, "serverAuth");
  add_extension(leaf.get(), issuer.get(), NID_subject_key_identifier, "hash");
  add_extension(leaf.get(), issuer.get(), NID_authority_key_identifier, "keyid:always");
  add_alternative_names(leaf.get(), options);
  sign_certificate(leaf.get(), issuer.get(), issuer_key.get());
  return to_pem(leaf.get(), key.get());
}

std::optional<Bytes> certificate_der_from_pem(std::string_view pem) {
  const X509Handle certificate = x509_from_pem(pem);
  if (!certificate) return std::nullopt;
  return encode_der(i2d_X509, certificate.get());
}

}  // namespace parley::crypto
